using Choir.ActorHost.Hosting;
using Choir.Actors;
using Choir.ServiceDefaults.Logging;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed class ActorLogContextTests
{
    [Fact]
    public async Task A_log_record_of_a_handler_has_the_ids_of_its_actor_message_and_trace()
    {
        Collected collected = null!;
        await using var cluster = await InspectedCluster.StartAsync(1, configureSilo: silo =>
        {
            silo.Services.AddSingleton<ILogContext, ActorLogContext>();
            silo.Services.AddSingleton<ILoggerProvider>(services => collected = new Collected(services));
            silo.Services.AddLogging(logging => logging.AddFilter<Collected>("Choir.Tests", LogLevel.Trace));
        });
        var correlation = Guid.CreateVersion7();
        var trace = TraceContext.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
        await cluster.Actors.AskAsync(
            nameof(TalkativeActor), "one", "SAY", new Work("", "word"), new SendOptions { CorrelationId = correlation, TraceContext = trace });

        Assert.Equal(2, collected.Contexts.Count);
        Assert.All(collected.Contexts, context =>
        {
            Assert.Equal(
                ["actor_id", "actor_type", "message_type", "message_id", "correlation_id", "trace_id", "span_id"], context.Keys);
            Assert.Equal(
                ("one", nameof(TalkativeActor), "SAY", correlation.ToString()),
                (context["actor_id"], context["actor_type"], context["message_type"], context["correlation_id"]));
            Assert.Equal((trace.TraceId, trace.SpanId), (context["trace_id"], context["span_id"]));
        });
        Assert.Null(cluster.Actors.Cluster.Silos[0].ServiceProvider.GetRequiredService<IActorContextAccessor>().Current);
    }

    /// <summary>Collects the log context of each record of the test's actors, as the console formatter does.</summary>
    private sealed class Collected(IServiceProvider services) : ILoggerProvider
    {
        private readonly ILogContext _context = services.GetRequiredService<ILogContext>();

        public List<Dictionary<string, string>> Contexts { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Logger(Collected owner, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => category == typeof(TalkativeActor).FullName;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (!IsEnabled(logLevel))
                {
                    return;
                }

                var writer = new Writer();
                owner._context.Write(writer);
                owner.Contexts.Add(writer.Fields);
            }
        }

        private sealed class Writer : ILogContextWriter
        {
            public Dictionary<string, string> Fields { get; } = [];

            public void Add(string name, string? value)
            {
                if (value is not null)
                {
                    Fields.TryAdd(name, value);
                }
            }
        }
    }
}
