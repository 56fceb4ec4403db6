using System.Globalization;
using Choir.AppHost.Infrastructure.Ethereum;
using Choir.ServiceDefaults.Http;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth;
using Nethereum.RPC.Eth.Blocks;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.Eth.Transactions;

namespace Choir.AppHost.Commands;

internal static class EthereumCommands
{
    /// <summary>Adds the command latest-block.</summary>
    public static void AddEthereumCommands(
        this EthereumNode node, IResourceBuilder<IResourceWithConnectionString> database) =>
        node.Resource.WithCommand(new ChoirCommand
        {
            Name = "latest-block",
            DisplayName = "Latest block and contract",
            Description = "Shows the latest block of the chain and the address of the ledger's contract.",
            Icon = "Cube",
            NeedsHealth = true,
            Execute = async (_, cancellation) =>
            {
                var url = await node.Url.GetValueAsync(cancellation) ?? throw new CommandException("The node has no address.");
                using var http = NodeAnswers.Client();
                var client = new RpcClient(new Uri(url), http);
                try
                {
                    var report = await ReportAsync(client, database.Resource, cancellation).WaitAsync(cancellation);
                    return ChoirCommand.Show("The latest block.", report);
                }
                catch (RpcClientUnknownException e)
                {
                    throw new CommandException($"The node does not answer: {FailureReason.Of(e.InnerException ?? e)}");
                }
            },
        });

    private static async Task<string> ReportAsync(
        RpcClient client, IResourceWithConnectionString database, CancellationToken cancellation)
    {
        var chainId = NodeAnswers.Number(await new EthChainId(client).SendRequestAsync(), "its chain id");
        var blocks = new EthGetBlockWithTransactionsHashesByNumber(client);
        var latest = await blocks.SendRequestAsync(BlockParameter.CreateLatest())
            ?? throw new CommandException("The node has no latest block.");
        var connectionString = await database.GetConnectionStringAsync(cancellation)
            ?? throw new CommandException("The database has no connection string.");
        var contracts = await LedgerContractTable.ListAsync(connectionString, chainId, cancellation);
        return Markdown.Table(
            ["", ""],
            [
                ["Block", NodeAnswers.Number(latest.Number, "the latest block's number").ToString(CultureInfo.InvariantCulture)],
                ["Hash", Markdown.Code(latest.BlockHash)],
                ["Time", Time(NodeAnswers.Number(latest.Timestamp, "the latest block's time"))],
                ["Chain id", chainId.ToString(CultureInfo.InvariantCulture)],
                ["Ledger contract", await ContractAsync(client, contracts)],
            ]);
    }

    internal static string Time(long seconds) => seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC"
        : $"{seconds} s after 1970";

    private static async Task<string> ContractAsync(RpcClient client, IReadOnlyList<LedgerContractEntry> contracts)
    {
        foreach (var contract in contracts)
        {
            if (await new EthGetCode(client).SendRequestAsync(contract.Address, BlockParameter.CreateLatest()) is { Length: > 2 })
            {
                return $"{Markdown.Code(contract.Address)}, deployed in {await BlockAsync(client, contract)}";
            }
        }

        return contracts is [var newest, ..]
            ? $"{Markdown.Code(newest.Address)} **but the chain has no code at this address**"
            : "not deployed yet: it is deployed with the first anchor";
    }

    private static async Task<string> BlockAsync(RpcClient client, LedgerContractEntry contract)
    {
        var receipt = contract.Deployment is { } hash
            ? await new EthGetTransactionReceipt(client).SendRequestAsync(hash)
            : null;
        return receipt?.BlockNumber is { } block
            ? $"block {NodeAnswers.Number(block, "the block of the deployment")}"
            : $"block {contract.FirstBlock} or later";
    }
}
