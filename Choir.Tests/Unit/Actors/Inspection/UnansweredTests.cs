using System.Reflection;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Orleans;

namespace Choir.Tests.Unit.Actors.Inspection;

/// <summary>What is said when a grain answers, but no host has answered it.</summary>
public sealed class UnansweredTests
{
    [Fact]
    public async Task Handlers_that_no_host_has_looked_for_are_an_error_and_not_none()
    {
        await Assert.ThrowsAsync<InspectionUnavailableException>(() => StuckAsync(HostAnswers.None));
        Assert.Equal("a", Assert.Single((await StuckAsync(new HostAnswers(["a"], ["b"]))).Hosts.Answered));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(InspectionGrains.GrainCount - 1)]
    public async Task A_question_is_answered_although_many_grains_were_on_a_host_that_has_died(int dead)
    {
        var asked = 0;
        var grain = ScriptedProxy.Of<IActorInspectionGrain>(() => Interlocked.Increment(ref asked) <= dead
            ? Task.FromException<StuckView>(new InvalidOperationException("The host has died."))
            : Task.FromResult(Stuck(new HostAnswers(["a"], []))));
        Assert.Equal("a", Assert.Single((await Inspection(grain).StuckAsync(TestContext.Current.CancellationToken)).Hosts.Answered));
        Assert.Equal(dead + 1, asked);
    }

    [Fact]
    public async Task A_grain_that_does_not_answer_is_not_waited_for_alone()
    {
        var (time, asked) = (new FakeTimeProvider(), 0);
        var never = new TaskCompletionSource<StuckView>();
        var grain = ScriptedProxy.Of<IActorInspectionGrain>(() => Interlocked.Increment(ref asked) <= 2 ? never.Task : Task.FromResult(Stuck(new HostAnswers(["a"], []))));
        var answer = Inspection(grain, time).StuckAsync(TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("an answer of the third grain", () =>
        {
            time.Advance(TimeSpan.FromSeconds(0.5));
            return Task.FromResult(answer.IsCompletedSuccessfully);
        });
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_question_that_no_grain_answers_ends_after_eight_seconds()
    {
        var (time, began) = (new FakeTimeProvider(), 0L);
        began = time.GetTimestamp();
        var grain = ScriptedProxy.Of<IActorInspectionGrain>(() => new TaskCompletionSource<StuckView>().Task);
        var answer = Inspection(grain, time).StuckAsync(TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("an end of the question", () =>
        {
            time.Advance(answer.IsCompleted ? TimeSpan.Zero : TimeSpan.FromSeconds(0.5));
            return Task.FromResult(answer.IsCompleted);
        });
        await Assert.ThrowsAsync<InspectionUnavailableException>(() => answer);
        Assert.True(time.GetElapsedTime(began) >= TimeSpan.FromSeconds(8));
    }

    private static StuckView Stuck(HostAnswers hosts) => new(0, [], [], [], [], IsCut: false, [], [], hosts);

    private static ActorInspection Inspection(IActorInspectionGrain grain, TimeProvider? time = null) =>
        new(new InspectionGrains(ScriptedProxy.Of<IGrainFactory>(() => grain), null!, time ?? TimeProvider.System), null!);

    private static Task<StuckView> StuckAsync(HostAnswers hosts)
    {
        var grain = ScriptedProxy.Of<IActorInspectionGrain>(() => Task.FromResult(Stuck(hosts)));
        return Inspection(grain).StuckAsync(TestContext.Current.CancellationToken);
    }
}

/// <summary>Answers every call with the same.</summary>
public class ScriptedProxy : DispatchProxy
{
    private Func<object?> _answer = () => null;

    public static T Of<T>(Func<object?> answer)
        where T : class
    {
        var proxy = Create<T, ScriptedProxy>();
        ((ScriptedProxy)(object)proxy)._answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer();
}
