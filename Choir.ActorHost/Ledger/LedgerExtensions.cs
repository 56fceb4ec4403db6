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
        services.AddSingleton<ChainNode>();
        services.AddSingleton<LedgerOutbox>();
        services.AddSingleton<LedgerContracts>();
        services.AddSingleton<LedgerReview>();
        services.AddSingleton<LedgerPump>();
        services.AddHostedService<LedgerHeartbeat>();
        return builder;
    }
}
