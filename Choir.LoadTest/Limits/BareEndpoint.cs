using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Choir.Actors;
using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Scenarios;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Choir.LoadTest.Limits;

/// <summary>A silo with a plain grain and a web server that calls it, each in a process of its own as Choir's are.</summary>
internal sealed class BareEndpoint : IAsyncDisposable
{
    private const string CommandName = "bare";
    private const string ReadyLine = "ready ";

    private static readonly Argument<string> Part = new Argument<string>("part").AcceptOnlyFromAmong("silo", "web");
    private static readonly Argument<int> GatewayPort = new("gateway-port");
    private static readonly Argument<int> SiloPort = new("silo-port");
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly List<Process> _processes = [];

    /// <summary>The web server's address.</summary>
    public Uri Address { get; private set; } = new("http://localhost");

    /// <summary>The hidden command of the two processes.</summary>
    public static Command CreateCommand()
    {
        var command = new Command(CommandName, "Runs a plain silo or a web server in front of it.") { Hidden = true };
        command.Add(Part);
        command.Add(GatewayPort);
        command.Add(SiloPort);
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(Part) == "silo"
            ? RunSiloAsync(parsed.GetValue(SiloPort), parsed.GetValue(GatewayPort), cancellationToken)
            : RunWebAsync(parsed.GetValue(GatewayPort), cancellationToken));
        return command;
    }

    /// <exception cref="MeasurementException">One of the processes did not start.</exception>
    public static async Task<BareEndpoint> StartAsync(CancellationToken cancellationToken)
    {
        var bare = new BareEndpoint();
        try
        {
            var (silo, gateway) = (Silos.FreePort(), Silos.FreePort());
            await bare.StartAsync("silo", gateway, silo, cancellationToken);
            bare.Address = new Uri(await bare.StartAsync("web", gateway, silo, cancellationToken));
            return bare;
        }
        catch
        {
            await bare.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }
    }

    private async Task<string> StartAsync(string part, int gateway, int silo, CancellationToken cancellationToken)
    {
        var process = Process.Start(ThisProgram.StartInfo(CommandName, part, Text(gateway), Text(silo)))!;
        _processes.Add(process);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.StartsWith(ReadyLine, StringComparison.Ordinal))
            {
                return line[ReadyLine.Length..];
            }
        }

        throw new MeasurementException($"The bare {part} ended before it was ready.");
    }

    private static async Task<int> RunSiloAsync(int siloPort, int gatewayPort, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(siloPort, gatewayPort));
        using var host = builder.Build();
        await host.StartAsync(cancellationToken);
        Console.WriteLine(ReadyLine);
        await host.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static async Task<int> RunWebAsync(int gatewayPort, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{IPAddress.Loopback}:0");
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gatewayPort));
        await using var app = builder.Build();
        app.MapPost("/bare/{id}", AnswerAsync);
        await app.StartAsync(cancellationToken);
        Console.WriteLine(ReadyLine + app.Urls.Single());
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    // The same JSON as the gateway's, read and written in the ordinary way.
    private static async Task<IResult> AnswerAsync(string id, BareRequest request, IClusterClient cluster)
    {
        var reply = await cluster.GetGrain<IBareGrain>(id).DeliverAsync(BareSender.Stamp(request.Type));
        return Results.Ok(new BareReply(reply.Type, System.Text.Json.JsonElement.Parse(reply.Data), reply.MessageId, Guid.Empty));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record BareRequest(string Type, System.Text.Json.JsonElement? Data);

    private sealed record BareReply(string Type, System.Text.Json.JsonElement Data, Guid MessageId, Guid CorrelationId);
}
