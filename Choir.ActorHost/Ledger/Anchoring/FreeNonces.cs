namespace Choir.ActorHost.Ledger;

/// <summary>
/// The nonces that no transaction uses. A transaction that was given up may leave a gap: it is filled first, because a chain
/// mines nothing behind a gap.
/// </summary>
/// <param name="known">The number of the account's transactions that the node has.</param>
/// <param name="inFlight">The nonces of the transactions that wait for their receipts.</param>
internal sealed class FreeNonces(long known, IEnumerable<long> inFlight)
{
    private readonly HashSet<long> _used = [.. inFlight];
    private long _next = known;

    public long Next
    {
        get
        {
            while (_used.Contains(_next))
            {
                _next++;
            }

            return _next;
        }
    }

    public void Use(long nonce) => _used.Add(nonce);
}
