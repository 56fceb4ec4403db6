using System.Globalization;

namespace Choir.AppHost.Commands;

/// <summary>What there is on the chain.</summary>
internal static class EthereumCommands
{
    /// <summary>Adds the command latest-block.</summary>
    public static void AddEthereumCommands(
        this IResourceBuilder<IResourceWithEndpoints> node, IResourceBuilder<IResourceWithConnectionString> database) =>
        node.WithCommand(new ChoirCommand
        {
            Name = "latest-block",
            DisplayName = "Latest block and contract",
            Description = "The chain's newest block, and where the ledger's contract is.",
            Icon = "Cube",
            NeedsHealth = true,
            Execute = async (_, cancellation) =>
            {
                var endpoint = node.GetEndpoint(ServiceExtensions.HttpEndpoint);
                if (!endpoint.IsAllocated)
                {
                    throw new CommandException("The node has not started yet.");
                }

                using var client = new EthereumClient(new Uri(endpoint.Url));
                var report = await ReportAsync(client, database.Resource, cancellation);
                return ChoirCommand.Show("The newest block.", report);
            },
        });

    private static async Task<string> ReportAsync(
        EthereumClient client, IResourceWithConnectionString database, CancellationToken cancellation)
    {
        var chainId = await client.ChainIdAsync(cancellation);
        var latest = await client.BlockAsync("latest", cancellation);
        var genesis = await client.BlockAsync("0x0", cancellation);
        var connectionString = await database.GetConnectionStringAsync(cancellation)
            ?? throw new CommandException("The database has no connection string.");
        var contract = await LedgerContractTable.FindAsync(connectionString, chainId, genesis.Hash, cancellation);
        var isThere = contract is not null && await client.HasCodeAsync(contract.Address, cancellation);
        return Report(chainId, latest, contract, isThere);
    }

    internal static string Report(ulong chainId, EthereumBlock latest, LedgerContractEntry? contract, bool isThere) =>
        Markdown.Table(
            ["", ""],
            [
                ["Block", latest.Number.ToString(CultureInfo.InvariantCulture)],
                ["Hash", Markdown.Code(latest.Hash)],
                ["Time", latest.At.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC"],
                ["Chain id", chainId.ToString(CultureInfo.InvariantCulture)],
                ["Ledger contract", Contract(contract, isThere)],
            ]);

    private static string Contract(LedgerContractEntry? contract, bool isThere) => contract is null
        ? "not deployed yet: the first answer brings it"
        : $"{Markdown.Code(contract.Address)}, deployed in block {contract.DeployedBlock}"
            + (isThere ? "" : " **but the chain has no code there**");
}
