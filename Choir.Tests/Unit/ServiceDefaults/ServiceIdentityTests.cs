using Choir.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace Choir.Tests.Unit.ServiceDefaults;

/// <summary>The one name of a process.</summary>
public sealed class ServiceIdentityTests
{
    [Theory]
    [InlineData("service.instance.id=byshwyeb", "byshwyeb")]
    [InlineData("team=a, service.instance.id = host%207 ,x=y", "host 7")]
    [InlineData("service.instance.id=a=b", "a=b")]
    public void The_instance_is_that_of_the_resource_attributes(string attributes, string instance) =>
        Assert.Equal(instance, Of(attributes).Instance);

    [Theory]
    [InlineData(null)]
    [InlineData("service.instance.id=")]
    [InlineData("my.service.instance.id=x")]
    public void Without_one_it_is_service_machine_and_process(string? attributes) =>
        Assert.Equal($"actor-host-{Environment.MachineName}-{Environment.ProcessId}", Of(attributes).Instance);

    [Theory]
    [InlineData("set", "default", "set")]
    [InlineData(null, "default", "default")]
    [InlineData("", "default", "default")]
    [InlineData(null, null, "Some")]
    public void The_service_is_that_of_the_environment_or_the_default(string? set, string? byDefault, string service) =>
        Assert.Equal(service, Of(attributes: null, set, byDefault).Service);

    private static ServiceIdentity Of(string? attributes, string? service = "actor-host", string? byDefault = null) => ServiceIdentity.Create(
        new ConfigurationBuilder()
            .AddInMemoryCollection([new("OTEL_SERVICE_NAME", service), new("OTEL_RESOURCE_ATTRIBUTES", attributes)])
            .Build(),
        new HostingEnvironment { ApplicationName = "Some", EnvironmentName = Environments.Production },
        byDefault);
}
