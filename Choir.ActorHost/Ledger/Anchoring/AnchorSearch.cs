using System.Net;
using Choir.ServiceDefaults.Ethereum;
using Choir.Storage;
using Nethereum.JsonRpc.Client;

namespace Choir.ActorHost.Ledger;

/// <summary>Finds the transaction that has recorded a cycle.</summary>
/// <remarks>
/// First among the cycle's own transactions, then by the contract's event. Providers limit <c>eth_getLogs</c> to between 10 and
/// 10,000 blocks, each in its own way: an error, an HTTP status, an answer that is too large or too late. So every refusal
/// halves the range, which grows again after successes. A limit of the number of requests ends the attempt. The newest blocks
/// come first.
/// </remarks>
internal sealed class AnchorSearch(ChainNode node)
{
    /// <summary>How many ranges one attempt asks for at most. The next attempt continues where it ended.</summary>
    public const int MaxRequests = 200;

    // Each takes Chain:RpcTimeout, during which the other cycles wait.
    private const int MaxTimeouts = 2;

    // After this many successes in a row the range is doubled.
    private const int SuccessesUntilGrowth = 10;

    private const int MaxRemembered = 1_000;

    private readonly Dictionary<Guid, long> _searchedTo = [];
    private long _range = long.MaxValue;
    private int _successes;

    /// <summary>The anchor of a cycle; null if the contract has not recorded it.</summary>
    /// <exception cref="LedgerProblemException">It is recorded, but the node does not return the transaction.</exception>
    public async Task<Anchor?> FindAsync(LedgerContract contract, PendingCycle cycle)
    {
        foreach (var hash in cycle.EarlierHashes.Reverse())
        {
            if (await node.ReceiptAsync(hash) is { } receipt && contract.Read(receipt, cycle) is { } anchor)
            {
                return anchor;
            }
        }

        return await contract.IsRecordedAsync(cycle) ? await FindEventAsync(contract, cycle) : null;
    }

    private async Task<Anchor> FindEventAsync(LedgerContract contract, PendingCycle cycle)
    {
        var first = contract.Stored.DeployedBlock;
        var last = _searchedTo.TryGetValue(cycle.CycleId, out var searched) ? searched : (await node.HeadAsync()).Number;
        var timeouts = 0;
        for (var requests = 0; requests < MaxRequests && last >= first; requests++)
        {
            var from = Math.Max(first, last - Math.Min(_range, last + 1) + 1);
            IReadOnlyList<string> found;
            try
            {
                found = await contract.ListRecordsAsync(cycle, from, last);
            }
            catch (Exception exception) when (Refusals.IsRateLimit(exception))
            {
                Remember(cycle, last);
                throw new LedgerProblemException(
                    AnchorProblem.Search,
                    $"The chain has recorded the cycle, but the node limits the requests for its event, which is looked for in block {last} and before: {Refusals.Describe(exception)}");
            }
            catch (Exception exception) when (IsRefusal(exception))
            {
                _successes = 0;
                timeouts += exception is RpcClientTimeoutException ? 1 : 0;
                _range = Math.Max(1, (last - from + 1) / (exception is RpcClientTimeoutException ? 16 : 2));
                if (from < last && timeouts <= MaxTimeouts)
                {
                    continue;
                }

                Remember(cycle, last);
                throw new LedgerProblemException(
                    AnchorProblem.Search,
                    $"The chain has recorded the cycle, but the node refuses to return its event: {Refusals.Describe(exception)}");
            }

            foreach (var hash in found)
            {
                if (await node.ReceiptAsync(hash) is { } receipt && contract.Read(receipt, cycle) is { } anchor)
                {
                    _searchedTo.Remove(cycle.CycleId);
                    return anchor;
                }
            }

            last = from - 1;
            GrowRange();
        }

        Remember(cycle, last >= first ? last : null);
        throw new LedgerProblemException(
            AnchorProblem.Search,
            last >= first
                ? $"The chain has recorded the cycle. The node returns events of at most {_range} blocks at a time, so the transaction is still looked for, in block {last} and before."
                : "The chain has recorded the cycle, but the node does not return the transaction that recorded it.");
    }

    private void GrowRange()
    {
        if (++_successes >= SuccessesUntilGrowth)
        {
            (_range, _successes) = (_range > long.MaxValue / 2 ? long.MaxValue : _range * 2, 0);
        }
    }

    // The node has answered a question about the contract just before, so a timeout is that of the range.
    private static bool IsRefusal(Exception exception) => exception switch
    {
        RpcResponseException or RpcClientTimeoutException => true,
        RpcClientUnknownException { InnerException: NodeAnswerException } => true,
        RpcClientUnknownException { InnerException: HttpRequestException { StatusCode: { } status } } =>
            status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity
                or HttpStatusCode.InternalServerError or HttpStatusCode.GatewayTimeout,
        _ => false,
    };

    private void Remember(PendingCycle cycle, long? last)
    {
        if (last is not { } block)
        {
            _searchedTo.Remove(cycle.CycleId);
            return;
        }

        if (_searchedTo.Count >= MaxRemembered)
        {
            _searchedTo.Clear();
        }

        _searchedTo[cycle.CycleId] = block;
    }
}
