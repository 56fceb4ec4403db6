using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Shows what the AppHost logs among the resources' lines.</summary>
internal sealed class AppHostLoggerProvider(ResourceLoggerService logs) : ILoggerProvider
{
    private const string Name = "apphost";

    public ILogger CreateLogger(string categoryName) => logs.GetLogger(Name);

    public void Dispose()
    {
    }
}
