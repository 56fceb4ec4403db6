using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.Orchestration;
using Aspire.Hosting.Testing;

namespace Offline.Tests.Orchestrator;

public sealed class ReplicaTests : OrchestratorTest
{
    [Fact]
    public async Task Connections_are_spread_over_replicas_and_those_that_are_down_are_skipped()
    {
        Builder.AddProject<Projects.Offline_Tests_Web>("web").WithReplicas(3).WithHttpHealthCheck("/ready");
        await StartAsync();
        await Notifications.WaitForResourceHealthyAsync("web", Cancel);
        var seen = new HashSet<string>();
        await Until(async () => seen.Add(await Get("/")) is var _ && seen.Count == 3, "an answer from each of three replicas");
        var urls = new HashSet<string>();
        await Until(async () => urls.Add(await Get("/environment/ASPNETCORE_URLS")) is var _ && urls.Count == 3, "three ports");

        using var client = Application.CreateHttpClient("web");
        // With a body: HttpClient would try the next replica with a request that has none, and end that too.
        using var body = new StringContent("now");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.PostAsync(new Uri("/exit/5", UriKind.Relative), body, Cancel));
        var ended = await Notifications.WaitForResourceAsync("web", one => one.Snapshot.ExitCode is not null, Cancel);
        Assert.Equal(5, ended.Snapshot.ExitCode);
        var left = new HashSet<string>();
        for (var i = 0; i < 12; i++)
            left.Add(await Get("/"));
        Assert.Equal(2, left.Count);
    }

    [Fact]
    public async Task A_port_in_use_is_a_clear_error()
    {
        using var taken = new TcpProxy("localhost", 0, () => []);
        Builder.Configuration["DcpPublisher:RandomizePorts"] = "false";
        AddServer("server").WithHttpEndpoint(port: taken.Port);
        var e = await Assert.ThrowsAsync<DistributedApplicationException>(StartAsync);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"'http' of resource 'server' cannot listen on port {taken.Port}"),
            e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_proxy_passes_bytes_both_ways_and_the_end_of_each_direction()
    {
        using var server = new TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        var port = ((System.Net.IPEndPoint)server.LocalEndpoint).Port;
        // The first port answers nobody.
        using var proxy = new TcpProxy("localhost", 0, () => [1, port]);
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", proxy.Port, Cancel);
        using var accepted = await server.AcceptTcpClientAsync(Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync("question"u8.ToArray(), Cancel);
        client.Client.Shutdown(SocketShutdown.Send);
        using var question = new StreamReader(accepted.GetStream(), Encoding.UTF8);
        Assert.Equal("question", await question.ReadToEndAsync(Cancel));
        await accepted.GetStream().WriteAsync("answer"u8.ToArray(), Cancel);
        accepted.Close();
        using var answer = new StreamReader(stream, Encoding.UTF8);
        Assert.Equal("answer", await answer.ReadToEndAsync(Cancel));
    }

    private async Task<string> Get(string path)
    {
        using var client = Application.CreateHttpClient("web");
        client.DefaultRequestHeaders.ConnectionClose = true;
        return await client.GetStringAsync(new Uri(path, UriKind.Relative), Cancel);
    }
}
