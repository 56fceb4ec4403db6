using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Faults;

/// <summary>Every kind of fault that the suite injects.</summary>
internal static class FaultKinds
{
    /// <summary>Needs a <see cref="FaultBed.Disk"/>.</summary>
    private static Fault FullDisk { get; } = new("The disk of Postgres is full", async (bed, random, time) =>
    {
        bed.Disk!.Fill();
        await DelayAsync(time);
        bed.Disk.Empty();

        // It ends by itself if it cannot write its log.
        await bed.Postgres.EnsureRunsAsync();
    });

    /// <summary>Those that need nothing in particular.</summary>
    private static IReadOnlyList<Fault> Ordinary { get; } =
    [
        new("An actor host is killed", async (bed, random, time) =>
        {
            var host = bed.Hosts[random.Next(bed.Hosts.Count)];
            await host.KillAsync();
            await DelayAsync(time / 2);
            await host.EnsureRunsAsync();
        }),
        new("An actor host is frozen", async (bed, random, time) =>
        {
            var host = bed.Hosts[random.Next(bed.Hosts.Count)];
            using (await host.FreezeAsync())
            {
                await DelayAsync(time);
            }
        }),
        new("An actor host is stopped", async (bed, random, time) =>
        {
            var host = bed.Hosts[random.Next(bed.Hosts.Count)];
            await host.StopAsync();
            await host.EnsureRunsAsync();
        }),
        new("Both actor hosts are killed", async (bed, random, time) =>
        {
            foreach (var host in bed.Hosts)
            {
                await host.KillAsync();
            }

            await Task.WhenAll(bed.Hosts.Select(host => host.EnsureRunsAsync()));
        }),
        new("The gateway is killed", async (bed, random, time) =>
        {
            await bed.Gateway.KillAsync();
            await bed.Gateway.EnsureRunsAsync();
        }),
        new("The gateway is stopped", async (bed, random, time) =>
        {
            await bed.Gateway.StopAsync();
            await bed.Gateway.EnsureRunsAsync();
        }),
        new("Postgres is killed", async (bed, random, time) =>
        {
            await bed.Postgres.KillAsync();
            await DelayAsync(time / 2);
            await bed.Postgres.StartAgainAsync();
        }),
        new("Postgres is frozen", async (bed, random, time) =>
        {
            bed.Postgres.Freeze();
            await DelayAsync(time);
            bed.Postgres.Continue();
        }),
        new("Postgres is read-only", async (bed, random, time) =>
        {
            await bed.ExecuteAsync("ALTER DATABASE postgres SET default_transaction_read_only = on");
            await EndSessionsAsync(bed);
            await DelayAsync(time);
            await bed.ExecuteAsync("SET default_transaction_read_only = off; ALTER DATABASE postgres RESET default_transaction_read_only");
            await EndSessionsAsync(bed);
        }),
        new("Every database session is ended", async (bed, random, time) => await EndSessionsAsync(bed)),
        .. OfNetwork("a service and the database", bed => bed.Networks),
        .. OfNetwork("the gateway and a host", bed => bed.ToHosts),
        .. OfNetwork("the gateway and both hosts", bed => bed.ToHosts, all: true),
        .. OfNetwork("the hosts", bed => bed.BetweenHosts, all: true),
        new("The answer to a stored input is lost", (bed, random, time) => LoseAnswerAsync(bed, "INSERT INTO cycles")),
        new("The answer to a stored phase is lost", (bed, random, time) => LoseAnswerAsync(bed, "INSERT INTO cycle_phases")),
        new("The node cannot be reached", async (bed, random, time) =>
        {
            bed.Node.OnOthers(Answer.Cut);
            await DelayAsync(time);
            bed.Node.Reset();
        }),
        new("The node does not answer", async (bed, random, time) =>
        {
            bed.Node.OnOthers(Answer.Silence);
            await DelayAsync(time);
            bed.Node.Reset();
        }),
        new("The node takes transactions, but its answers are lost", async (bed, random, time) =>
        {
            bed.Node.On("eth_sendRawTransaction", Answer.Lost);
            await DelayAsync(time);
            bed.Node.Reset();
        }),
        new("The node is restarted from its saved state", async (bed, random, time) =>
        {
            await CutOffNodeAsync(bed);
            await bed.RestartNodeAsync(() => DelayAsync(time / 2));
            bed.Node.Reset();
        }),
        new("The chain is reorganised", async (bed, random, time) =>
        {
            var before = await bed.AskNodeAsync("evm_snapshot");
            await DelayAsync(time / 2);
            await CutOffNodeAsync(bed);
            Assert.True((await bed.AskNodeAsync("evm_revert", before.GetString()!)).GetBoolean());
            bed.Node.Reset();
        }),
    ];

    /// <summary>Those that can be injected here.</summary>
    public static IReadOnlyList<Fault> For(FaultBed bed) => bed.Disk is null ? Ordinary : [.. Ordinary, FullDisk];

    private static IEnumerable<Fault> OfNetwork(
        string between, Func<FaultBed, IReadOnlyList<HostileNetwork>> networksOf, bool all = false)
    {
        yield return new($"Connections between {between} are reset", (bed, random, time) =>
        {
            Chosen(bed, random).ForEach(network => network.Reset());
            return Task.CompletedTask;
        });
        yield return new($"No connections between {between}", async (bed, random, time) =>
        {
            var networks = Chosen(bed, random);
            networks.ForEach(network => network.Leave());
            await DelayAsync(time);
            networks.ForEach(network => network.Return());
        });
        yield return new($"The network between {between} stands still", async (bed, random, time) =>
        {
            var networks = Chosen(bed, random);
            networks.ForEach(network => network.Freeze());
            await DelayAsync(time);
            networks.ForEach(network => network.Continue());
        });

        List<HostileNetwork> Chosen(FaultBed bed, Random random)
        {
            var networks = networksOf(bed);
            return all ? [.. networks] : [networks[random.Next(networks.Count)]];
        }
    }

    /// <summary>
    /// Until its reset. A block that anvil mines while it goes back or saves its state can be in its state and not among its blocks,
    /// which no chain ever is.
    /// </summary>
    private static Task CutOffNodeAsync(FaultBed bed)
    {
        bed.Node.OnOthers(Answer.Cut);
        return DelayAsync(TimeSpan.FromMilliseconds(500));
    }

    /// <summary>
    /// New sessions, because a prepared statement is executed without its text. Whatever the fault before has left must be over
    /// until something is stored.
    /// </summary>
    private static async Task LoseAnswerAsync(FaultBed bed, string statement)
    {
        var before = bed.Networks.Sum(network => network.LostAnswers);
        foreach (var network in bed.Networks)
        {
            network.LoseAnswerTo = statement;
        }

        await EndSessionsAsync(bed);
        await Eventually.HoldsAsync(
            $"the answer to {statement} to be lost", () => bed.Networks.Sum(network => network.LostAnswers) > before, TimeSpan.FromMinutes(2));
        foreach (var network in bed.Networks)
        {
            network.LoseAnswerTo = null;
        }
    }

    private static Task EndSessionsAsync(FaultBed bed) => bed.ExecuteAsync(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");

#pragma warning disable RS0030 // The duration of a fault, not a wait for a condition.
    private static Task DelayAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, TestContext.Current.CancellationToken);
#pragma warning restore RS0030
}
