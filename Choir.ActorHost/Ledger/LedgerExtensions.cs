using Choir.ActorHost.PostChain;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.Ledger;

/// <summary>Adds the ledger to a host.</summary>
internal static class LedgerExtensions
{
    /// <summary>The chain's options and what <see cref="LedgerActor"/> works with. Needs an <c>NpgsqlDataSource</c>.</summary>
    public static IHostApplicationBuilder AddLedger(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ChainOptions>().BindConfiguration(ChainOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ChainOptions>, ChainOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<PostChainMetrics>();
        services.AddSingleton<LedgerMetrics>();
        services.AddSingleton<ChainNode>();
        services.AddSingleton<LedgerOutbox>();
        services.AddSingleton<LedgerContracts>();
        services.AddSingleton<LedgerReview>();
        services.AddSingleton<LedgerPump>();
        services.AddSingleton<LedgerWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<LedgerWatch>());
        services.AddHostedService<LedgerHeartbeat>();
        return builder;
    }
}
