using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model;
using Choir.Contracts.Threads;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Integration.PostChain;

/// <summary>The real client of a model's endpoint.</summary>
public abstract class OddModelTestBase
{
    /// <summary>An answer that is as it should be.</summary>
    private protected const string Good = """{"output":"Ice is cold.","operations":[]}""";

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected static async Task<PhaseResult> RunAsync(
        HostileModel model, PhaseTask? task = null, params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["Model:Endpoint"] = model.Endpoint.ToString(), ["Model:Name"] = "test", ["Model:Retries"] = "2",
        };
        foreach (var (name, value) in settings)
        {
            values["Model:" + name] = value;
        }

        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        services.AddLogging();
        services.AddModel();
        await using var provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<PhaseModel>().RunModelAsync(
            task ?? new PhaseTask(Phase.Yield, 0, "Ice is cold.", []), Token);
    }
}
