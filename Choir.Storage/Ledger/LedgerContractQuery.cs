namespace Choir.Storage;

/// <summary>The query for the contracts of a chain. The app host compiles this file too.</summary>
internal static class LedgerContractQuery
{
    /// <summary>
    /// The contracts on the chain with the id <c>$1</c> (numeric), newest first. The first one whose code is on the chain is
    /// used. A development chain that loses its state often gets a new contract each time: older ones are left out.
    /// </summary>
    public const string Sql =
        """
        SELECT id, address, deployed_block, code_hash, nonce, transaction_hash, raw_transaction
        FROM ledger_contract WHERE chain_id = $1::bigint ORDER BY deployed_at DESC, id DESC LIMIT 10
        """;
}
