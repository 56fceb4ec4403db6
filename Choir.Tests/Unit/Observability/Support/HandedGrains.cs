using Microsoft.Extensions.DependencyInjection;
using Orleans.BroadcastChannel;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Timers;

namespace Choir.Tests.Unit.Observability.Support;

/// <summary>A grain that gives others work through streams, channels, and timers.</summary>
public interface IReporter : IGrainWithStringKey
{
    Task ReportAsync(string text);

    Task CallAsync(string text);

    Task StartTimerAsync(string gate);

    Task StartBrokenTimerAsync();

    Task RemindAsync(string type);
}

/// <inheritdoc cref="IReporter"/>
[GrainType("reporter")]
public sealed class ReporterGrain : Grain, IReporter
{
    public const string Provider = "wire";
    public const string News = "news";
    public const string Calls = "calls";

    public Task ReportAsync(string text) =>
        this.GetStreamProvider(Provider).GetStream<string>(StreamId.Create(News, this.GetPrimaryKeyString())).OnNextAsync(text);

    public Task CallAsync(string text) =>
        ServiceProvider.GetRequiredKeyedService<IBroadcastChannelProvider>(Provider).GetChannelWriter<string>(ChannelId.Create(Calls, this.GetPrimaryKeyString())).Publish(text);

    public Task StartTimerAsync(string gate)
    {
        this.RegisterGrainTimer(_ => Gates.Of(gate), new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        return Task.CompletedTask;
    }

    public Task StartBrokenTimerAsync()
    {
        this.RegisterGrainTimer(_ => throw new InvalidOperationException("The timer is broken."), new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        return Task.CompletedTask;
    }

    // In the name of a grain of another type, as a version of the application had it.
    public Task RemindAsync(string type) => ServiceProvider.GetRequiredService<IReminderRegistry>()
        .RegisterOrUpdateReminder(GrainId.Create(type, this.GetPrimaryKeyString()), "bill", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
}

/// <summary>A grain that gets what a reporter of its key says. It has no methods of its own.</summary>
public interface IListener : IGrainWithStringKey;

/// <inheritdoc cref="IListener"/>
[GrainType("listener"), ImplicitStreamSubscription(ReporterGrain.News), ImplicitChannelSubscription(ReporterGrain.Calls)]
public sealed class ListenerGrain : Grain, IListener, IAsyncObserver<string>, IOnBroadcastChannelSubscribed
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        await this.GetStreamProvider(ReporterGrain.Provider).GetStream<string>(StreamId.Create(ReporterGrain.News, this.GetPrimaryKeyString())).SubscribeAsync(this);

    public Task OnNextAsync(string item, StreamSequenceToken? token = null) => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public Task OnSubscribed(IBroadcastChannelSubscription streamSubscription) =>
        streamSubscription.Attach<string>(text => text == "bad" ? throw new InvalidOperationException("This is bad.") : Task.CompletedTask);
}
