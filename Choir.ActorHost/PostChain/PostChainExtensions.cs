using Choir.ActorHost.PostChain.Model;
using Choir.Actors.Inspection;
using Choir.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Choir.ActorHost.PostChain;

/// <summary>Adds the PostChain to a host.</summary>
internal static class PostChainExtensions
{
    /// <summary>Adds the PostChain's options and model. Needs Choir's storage. Orleans finds the actors.</summary>
    public static IHostApplicationBuilder AddPostChain(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<PostChainOptions>().BindSettings(PostChainOptions.Section);
        builder.Services.AddModel();
        builder.Services.TryAddSingleton<PostChainMetrics>();
        builder.Services.AddSingleton<HostCycles>();
        builder.Services.AddSingleton<IDependencyFigures, CycleFigures>();
        builder.Services.AddSingleton<PhaseServices>();
        return builder;
    }
}
