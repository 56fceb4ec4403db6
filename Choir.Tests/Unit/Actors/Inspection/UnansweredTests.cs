using System.Reflection;
using Choir.Actors.Inspection;
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

    private static Task<StuckView> StuckAsync(HostAnswers hosts)
    {
        var grain = ScriptedProxy.Of<IActorInspectionGrain>(() => Task.FromResult(new StuckView(0, [], [], [], [], IsCut: false, [], [], hosts)));
        var grains = ScriptedProxy.Of<IGrainFactory>(() => grain);
        return new ActorInspection(new InspectionGrains(grains, null!, TimeProvider.System), null!).StuckAsync(TestContext.Current.CancellationToken);
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
