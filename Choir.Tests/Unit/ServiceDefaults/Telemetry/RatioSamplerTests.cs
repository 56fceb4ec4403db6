using System.Diagnostics;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;

namespace Choir.Tests.Unit.ServiceDefaults.Telemetry;

public sealed class RatioSamplerTests : IDisposable
{
    private readonly ConfigurationManager _configuration = new();

    public void Dispose() => _configuration.Dispose();

    [Fact]
    public void One_percent_of_the_traces_is_sampled_by_default()
    {
        using var sampler = Sampler();
        var sampled = Enumerable.Range(0, 20_000).Count(_ => IsSampled(sampler, parent: default));
        Assert.InRange(sampled, 100, 320);
    }

    [Fact]
    public void A_changed_ratio_applies_to_new_traces()
    {
        using var sampler = Sampler();
        Set("1");
        Assert.All(Enumerable.Range(0, 100), _ => Assert.True(IsSampled(sampler, parent: default)));
        Set("0");
        Assert.All(Enumerable.Range(0, 100), _ => Assert.False(IsSampled(sampler, parent: default)));
    }

    [Theory]
    [InlineData(ActivityTraceFlags.Recorded, "0", true)]
    [InlineData(ActivityTraceFlags.None, "1", false)]
    public void Child_spans_follow_the_decision_of_their_root(
        ActivityTraceFlags flags, string share, bool isSampled)
    {
        using var sampler = Sampler();
        Set(share);
        var parent = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, isRemote: true);
        Assert.Equal(isSampled, IsSampled(sampler, parent, ActivityKind.Consumer));
    }

    [Theory]
    [InlineData(ActivityTraceFlags.Recorded, "0")]
    [InlineData(ActivityTraceFlags.None, "1")]
    public void The_sampling_decision_of_a_caller_counts_only_if_callers_are_trusted(ActivityTraceFlags flags, string share)
    {
        using var sampler = Sampler();
        Set(share);
        var caller = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, isRemote: true);
        Assert.Equal(share == "1", IsSampled(sampler, caller));

        _configuration["Telemetry:TrustCallers"] = "true";
        Set(share);
        Assert.Equal(flags == ActivityTraceFlags.Recorded, IsSampled(sampler, caller));
    }

    [Theory]
    [InlineData(ActivityKind.Server, true)]
    [InlineData(ActivityKind.Producer, true)]
    [InlineData(ActivityKind.Client, false)]
    [InlineData(ActivityKind.Internal, false)]
    [InlineData(ActivityKind.Consumer, false)]
    public void Only_requests_and_sent_messages_start_traces(ActivityKind kind, bool isSampled)
    {
        using var sampler = Sampler();
        Set("1");
        Assert.Equal(isSampled, IsSampled(sampler, parent: default, kind));
    }

    [Fact]
    public void A_span_with_sampling_priority_is_always_sampled()
    {
        using var sampler = Sampler();
        Set("0");
        var wanted = new SamplingParameters(
            default, ActivityTraceId.CreateRandom(), "run_timer", ActivityKind.Internal, [new("sampling.priority", 1)]);
        Assert.Equal(SamplingDecision.RecordAndSample, sampler.ShouldSample(wanted).Decision);
    }

    [Fact]
    public void After_an_invalid_change_the_last_valid_ratio_applies()
    {
        using var sampler = Sampler();
        Set("1");
        Assert.NotNull(Record.Exception(() => Set("10")));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.True(IsSampled(sampler, parent: default)));
        Set("0");
        Assert.All(Enumerable.Range(0, 100), _ => Assert.False(IsSampled(sampler, parent: default)));
    }

    [Fact]
    public void An_invalid_ratio_is_rejected()
    {
        Set("1.5");
        var refused = Assert.Throws<OptionsValidationException>(() => Options().CurrentValue);
        Assert.Contains("Telemetry:Sampling must be from 0 (no trace) to 1 (every trace).", refused.Message, StringComparison.Ordinal);
    }

    private static bool IsSampled(RatioSampler sampler, ActivityContext parent, ActivityKind kind = ActivityKind.Server) =>
        sampler.ShouldSample(new SamplingParameters(
            parent, parent == default ? ActivityTraceId.CreateRandom() : parent.TraceId, "test", kind)).Decision
        == SamplingDecision.RecordAndSample;

    private void Set(string share)
    {
        _configuration["Telemetry:Sampling"] = share;
        ((IConfigurationRoot)_configuration).Reload();
    }

    private RatioSampler Sampler() => new(Options());

    private IOptionsMonitor<TelemetryOptions> Options()
    {
        var services = new ServiceCollection().AddSingleton<IConfiguration>(_configuration);
        services.AddOptions<TelemetryOptions>().BindSettings(TelemetryOptions.Section);
        return services.BuildServiceProvider().GetRequiredService<IOptionsMonitor<TelemetryOptions>>();
    }
}
