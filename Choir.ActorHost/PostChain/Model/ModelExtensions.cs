using System.ClientModel;
using System.ClientModel.Primitives;
using Choir.ActorHost.PostChain.Model.Embedded;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using OpenAI;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>Registers the model that thinks.</summary>
internal static class ModelExtensions
{
    /// <summary>The embedded model, or the configured endpoint; either with <c>gen_ai</c> telemetry.</summary>
    public static IServiceCollection AddModel(this IServiceCollection services)
    {
        services.AddOptions<ModelOptions>()
            .BindConfiguration(ModelOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddChatClient(provider => Create(provider.GetRequiredService<IOptions<ModelOptions>>().Value))
            .UseOpenTelemetry();
        return services.AddSingleton<PhaseThinker>();
    }

    private static IChatClient Create(ModelOptions options)
    {
        if (options.Endpoint is null)
        {
            return new EmbeddedChatClient();
        }

        // An endpoint that wants no key is given a word in its place: the client insists on one.
        var credential = new ApiKeyCredential(string.IsNullOrEmpty(options.Key) ? "none" : options.Key);
        var client = new OpenAIClient(credential, new OpenAIClientOptions
        {
            Endpoint = options.Endpoint,
            NetworkTimeout = options.Timeout,
            RetryPolicy = new ClientRetryPolicy(options.Retries),
        });
        return client.GetChatClient(options.Name).AsIChatClient();
    }
}
