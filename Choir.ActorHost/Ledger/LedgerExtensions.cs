using Choir.ActorHost.PostChain;
using Choir.Actors.Inspection;
using Choir.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.Ledger;

/// <summary>Adds the ledger to a host.</summary>
internal static class LedgerExtensions
{
    /// <summary>Adds the chain's options and the services of <see cref="LedgerActor"/>. Needs an <c>NpgsqlDataSource</c>.</summary>
    public static IHostApplicationBuilder AddLedger(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ChainOptions>().BindConfiguration(ChainOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ChainOptions>, ChainOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<PostChainMetrics>();
        services.TryAddSingleton<RefusedStatements>();
        services.AddSingleton<LedgerMetrics>();
        services.AddSingleton(provider => provider.GetRequiredService<LedgerMetrics>().Calls);
        services.AddSingleton<ChainNode>();
        services.AddSingleton<LedgerOutbox>();
        services.AddSingleton<LedgerContractStore>();
        services.AddSingleton<LedgerDeployment>();
        services.AddSingleton<LedgerContracts>();
        services.AddSingleton(provider => new PumpBackoff(
            provider.GetRequiredService<IOptions<ChainOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AnchorSearch>();
        services.AddSingleton<AnchorOutcomes>();
        services.AddSingleton<LedgerReplacement>();
        services.AddSingleton<AnchorComparison>();
        services.AddSingleton<LedgerReview>();
        services.AddSingleton<LedgerSettlement>();
        services.AddSingleton<LedgerEstimates>();
        services.AddSingleton<LedgerSubmission>();
        services.AddSingleton<LedgerPump>();
        services.AddSingleton<LedgerGauges>();
        services.AddHostedService(provider => provider.GetRequiredService<LedgerGauges>());
        services.AddHostedService<LedgerHeartbeat>();
        return builder;
    }
}
