using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using Choir.ActorHost.PostChain.Model.Embedded;
using Choir.ActorHost.PostChain.Model.Endpoint;
using Choir.Actors.Inspection;
using Choir.ServiceDefaults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using OpenAI;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>Registers the model.</summary>
internal static class ModelExtensions
{
    /// <summary>Adds the embedded model or the configured endpoint, with <c>gen_ai</c> telemetry.</summary>
    public static IServiceCollection AddModel(this IServiceCollection services)
    {
        services.AddOptions<ModelOptions>().BindSettings(ModelOptions.Section);
        services.AddChatClient(provider => Create(provider.GetRequiredService<IOptions<ModelOptions>>().Value))
            .UseOpenTelemetry()
            .Use((inner, provider) => new MeasuredChatClient(inner, provider.GetRequiredKeyedService<DependencyCalls>(MeasuredChatClient.Dependency)));
        services.AddKeyedSingleton(
            MeasuredChatClient.Dependency,
            (provider, _) => new DependencyCalls(MeasuredChatClient.Dependency, provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<IDependencyFigures>(provider => provider.GetRequiredKeyedService<DependencyCalls>(MeasuredChatClient.Dependency));
        return services.AddSingleton<PhaseModel>();
    }

    private static IChatClient Create(ModelOptions options)
    {
        if (options.Endpoint is null)
        {
            return new EmbeddedChatClient();
        }

        // The client requires a key, even for an endpoint that needs none.
        var credential = new ApiKeyCredential(string.IsNullOrEmpty(options.Key) ? "none" : options.Key);
        var client = new OpenAIClient(credential, new OpenAIClientOptions
        {
            Endpoint = options.Endpoint,
            NetworkTimeout = options.Timeout,
            RetryPolicy = new ModelRetryPolicy(options),
            Transport = new HttpClientPipelineTransport(new HttpClient(new ModelAnswerHandler(options, new SocketsHttpHandler
            {
                // A limited lifetime, so that a changed DNS entry takes effect.
                PooledConnectionLifetime = TimeSpan.FromMinutes(1),
                // A request must not go where an answer says.
                AllowAutoRedirect = false,
                // Some proxies compress answers although nobody asked for it.
                AutomaticDecompression = DecompressionMethods.All,
            }))
            {
                // NetworkTimeout applies.
                Timeout = Timeout.InfiniteTimeSpan,
            }),
        });
        return client.GetChatClient(options.Name).AsIChatClient();
    }
}
