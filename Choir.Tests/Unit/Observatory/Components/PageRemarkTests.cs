using Bunit;
using Choir.Observatory.Components.Pages;
using Choir.Tests.Unit.Observatory.Traces;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>What pages say beside their figures.</summary>
public sealed class PageRemarkTests : LiveComponentTestBase
{
    public PageRemarkTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    [Fact]
    public void A_trace_tells_that_a_cause_that_is_not_on_record_may_have_been_on_a_lost_host()
    {
        Cluster.Hops = [Hops.Hop(3, 5, 6, 7, cause: 2)];
        var page = Open<TracePage>($"traces/trace?id={Guid.NewGuid()}");
        Assert.Contains(
            "The cause of a message is not on record: still in its handler, replaced by newer records, or on a host that was lost.",
            page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 30, "30 activations failed since the hosts started; the last: Storage is down.")]
    [InlineData(2, 30, "30 activations failed since the hosts started.")]
    [InlineData(30, 30, null)]
    [InlineData(0, 0, null)]
    public void A_type_tells_of_activations_that_failed_more_than_a_minute_ago(int recent, int all, string? sentence)
    {
        Cluster.Types =
        [
            ScriptedCluster.Type("Cart") with
            {
                Activations = recent, FailedActivations = recent, FailedActivationsSinceStart = all, ActivationError = all > 0 ? "Storage is down." : null,
            },
        ];
        var page = Open<ActorTypePage>("actors/type?name=Cart");
        Assert.Equal(sentence, page.FindAll("[data-part=failed-activations]").SingleOrDefault()?.TextContent);
        Assert.Equal(recent > 0, page.FindAll("[data-part=activations]").Count > 0);
    }

    [Fact]
    public void A_type_says_of_which_time_its_figures_are()
    {
        Cluster.Types = [ScriptedCluster.Type("Cart", errors: 3)];
        var page = Open<ActorTypePage>("actors/type?name=Cart");
        Assert.Equal(
            "Rates and times cover the last minute. Messages, failed and refused ones are counted since the hosts started.",
            page.Find("[data-part=messages] [data-part=window]").TextContent);
        Assert.Contains(" refused since the hosts started · ", page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("actors/type", "Actor type")]
    [InlineData("actors/type?name=Cart", "Cart")]
    public void The_page_of_a_type_has_a_heading_without_a_name_too(string address, string heading)
    {
        Cluster.Types = [ScriptedCluster.Type("Cart")];
        Assert.Equal(heading, Open<ActorTypePage>(address).Find("h1").TextContent);
    }

    [Fact]
    public async Task The_actors_say_of_which_time_each_figure_is()
    {
        Cluster.Types = [ScriptedCluster.Type("Cart")];
        await ReadAsync();
        Assert.EndsWith(
            "Failed and refused messages and restarts are counted since the hosts started.", Open<ActorsPage>("actors").FindAll("p.muted")[^1].TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<T> Open<T>(string address)
        where T : IComponent
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<T>();
    }
}
