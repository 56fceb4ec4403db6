using System.Globalization;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth;
using Nethereum.RPC.Eth.Blocks;
using Nethereum.RPC.Eth.DTOs;

namespace Choir.AppHost.Commands;

internal static class EthereumCommands
{
    /// <summary>Adds the command latest-block.</summary>
    public static void AddEthereumCommands(
        this IResourceBuilder<IResourceWithEndpoints> node, IResourceBuilder<IResourceWithConnectionString> database) =>
        node.WithCommand(new ChoirCommand
        {
            Name = "latest-block",
            DisplayName = "Latest block and contract",
            Description = "Shows the latest block of the chain and the address of the ledger's contract.",
            Icon = "Cube",
            NeedsHealth = true,
            Execute = async (_, cancellation) =>
            {
                var endpoint = node.GetEndpoint(ServiceExtensions.HttpEndpoint);
                if (!endpoint.IsAllocated)
                {
                    throw new CommandException("The node has not started yet.");
                }

                using var http = new HttpClient();
                var client = new RpcClient(new Uri(endpoint.Url), http);
                var report = await ReportAsync(client, database.Resource, cancellation).WaitAsync(cancellation);
                return ChoirCommand.Show("The latest block.", report);
            },
        });

    private static async Task<string> ReportAsync(
        RpcClient client, IResourceWithConnectionString database, CancellationToken cancellation)
    {
        var chainId = (ulong)(await new EthChainId(client).SendRequestAsync()).Value;
        var blocks = new EthGetBlockWithTransactionsHashesByNumber(client);
        var latest = await blocks.SendRequestAsync(BlockParameter.CreateLatest());
        var genesis = await blocks.SendRequestAsync(BlockParameter.CreateEarliest());
        var connectionString = await database.GetConnectionStringAsync(cancellation)
            ?? throw new CommandException("The database has no connection string.");
        var contract = await LedgerContractTable.FindAsync(connectionString, chainId, genesis.BlockHash, cancellation);
        var hasCode = contract is not null
            && await new EthGetCode(client).SendRequestAsync(contract.Address, BlockParameter.CreateLatest()) is { Length: > 2 };
        return Report(chainId, latest, contract, hasCode);
    }

    private static string Report(ulong chainId, Block latest, LedgerContractEntry? contract, bool hasCode) =>
        Markdown.Table(
            ["", ""],
            [
                ["Block", latest.Number.Value.ToString(CultureInfo.InvariantCulture)],
                ["Hash", Markdown.Code(latest.BlockHash)],
                ["Time", DateTimeOffset.FromUnixTimeSeconds((long)latest.Timestamp.Value)
                    .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC"],
                ["Chain id", chainId.ToString(CultureInfo.InvariantCulture)],
                ["Ledger contract", Contract(contract, hasCode)],
            ]);

    private static string Contract(LedgerContractEntry? contract, bool hasCode) => contract is null
        ? "not deployed yet: it is deployed with the first anchor"
        : $"{Markdown.Code(contract.Address)}, deployed in block {contract.DeployedBlock}"
            + (hasCode ? "" : " **but the chain has no code at this address**");
}
