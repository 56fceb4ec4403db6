using Choir.AppHost.Dashboard;

namespace Choir.AppHost.Commands;

internal static class GatewayCommands
{
    private const string TextArgument = "text";
    private const string ThreadArgument = "thread";

    private const string DefaultText = "Why does a lighthouse need a lens?";

    /// <summary>Adds the commands: ask, stuck, flow, dead-letters, observatory-link, api-key.</summary>
    public static IResourceBuilder<ProjectResource> WithGatewayCommands(
        this IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ParameterResource> apiKey)
    {
        var access = new GatewayAccess(gateway, apiKey);
        return gateway
            .WithCommand(Ask(access))
            .WithCommand(access.Inspection(
                "stuck", "Stuck actors", "Shows handlers that run too long, and actors that wait for each other.", "PersonClock",
                async (client, cancellation) => InspectionReports.Stuck(await client.StuckAsync(cancellation))))
            .WithCommand(access.Inspection(
                "flow", "Flow", "Shows which actor type sends which messages to which, with rates and times.", "Flow",
                async (client, cancellation) => InspectionReports.Flow(await client.FlowAsync(cancellation))))
            .WithCommand(access.Inspection(
                "dead-letters", "Dead letters", "Shows messages that were not handled, with the reasons.", "MailAlert",
                async (client, cancellation) => InspectionReports.DeadLetters(await client.DeadLettersAsync(cancellation))))
            .WithCommand(access.Inspection(
                "observatory-link", "Sign-in link", "Makes a link that signs in to the live pages, once and within ten minutes.", "Link",
                async (client, cancellation) => $"[Live pages]({await client.SignInLinkAsync(cancellation)}) — this link signs in once, within ten minutes."))
            .WithCommand(new ChoirCommand
            {
                Name = "api-key",
                DisplayName = "Show the API key",
                Description = "Shows the bearer token of the gateway's HTTP API.",
                Icon = "Key",
                Execute = async (_, cancellation) => ChoirCommand.Show(
                    "The gateway's API key.", await access.ApiKeyAsync(cancellation), CommandResultFormat.Text),
            });
    }

    private static ChoirCommand Ask(GatewayAccess access) => new()
    {
        Name = "ask",
        DisplayName = "Ask",
        Description = "Asks Choir a question and shows the answer, its sources, its trace and its anchor on the chain.",
        Icon = "ChatHelp",
        IsHighlighted = true,
        NeedsHealth = true,
        // Up to 30 s for the answer and 8 s for the anchor.
        Timeout = TimeSpan.FromSeconds(60),
        Progress = new CommandProgressOptions { Title = "Ask", Message = "The six phases are running…" },
        Arguments =
        [
            new InteractionInput
            {
                Name = TextArgument,
                Label = "Question",
                InputType = InputType.Text,
                Required = true,
                Value = DefaultText,
            },
            new InteractionInput
            {
                Name = ThreadArgument,
                Label = "Thread",
                Description = "The id of a thread to continue. Empty: a new thread.",
                InputType = InputType.Text,
                MaxLength = 36,
            },
        ],
        ValidateArguments = context =>
        {
            if (context.Inputs.GetString(ThreadArgument) is { Length: > 0 } thread && !Guid.TryParse(thread, out _))
            {
                context.AddValidationError(ThreadArgument, "A thread id is a UUID. Ask shows it at the end of its report.");
            }

            return Task.CompletedTask;
        },
        Execute = async (context, cancellation) =>
        {
            var text = context.Arguments.GetString(TextArgument) is { Length: > 0 } given ? given : DefaultText;
            var thread = context.Arguments.GetString(ThreadArgument) is { Length: > 0 } id ? id : null;
            using var client = await access.ConnectAsync(cancellation);
            var outcome = await new Conversation(client, TimeProvider.System).AskAsync(text, thread, cancellation);
            var trace = DashboardAddress.OfTrace(context.Services, outcome.Accepted.TraceId);
            return ChoirCommand.Show("The answer.", AskReport.Of(outcome, trace));
        },
    };

    private sealed class GatewayAccess(IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ParameterResource> apiKey)
    {
        public async Task<GatewayClient> ConnectAsync(CancellationToken cancellation)
        {
            var endpoint = gateway.GetEndpoint(ServiceExtensions.HttpEndpoint);
            return endpoint.IsAllocated
                ? new GatewayClient(new Uri(endpoint.Url), await ApiKeyAsync(cancellation))
                : throw new CommandException("The gateway has not started yet.");
        }

        public async Task<string> ApiKeyAsync(CancellationToken cancellation) =>
            await apiKey.Resource.GetValueAsync(cancellation)
                ?? throw new CommandException($"The parameter {apiKey.Resource.Name} has no value.");

        /// <summary>A command without arguments that asks the gateway and shows a report.</summary>
        public ChoirCommand Inspection(
            string name, string displayName, string description, string icon,
            Func<GatewayClient, CancellationToken, Task<string>> report) => new()
            {
                Name = name,
                DisplayName = displayName,
                Description = description,
                Icon = icon,
                Execute = async (_, cancellation) =>
                {
                    using var client = await ConnectAsync(cancellation);
                    return ChoirCommand.Show($"{displayName}.", await report(client, cancellation));
                },
            };
    }
}
