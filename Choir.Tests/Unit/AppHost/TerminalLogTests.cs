using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.AppHost;

/// <summary>What the app host writes into the terminal.</summary>
public sealed class TerminalLogTests
{
    [Theory]
    [InlineData("System.Net.Http.HttpClient.Default.LogicalHandler", false)]
    [InlineData("ModelContextProtocol.Client.AutoDetectingClientSessionTransport", false)]
    [InlineData("Aspire.Hosting.DistributedApplication", true)]
    public void Requests_and_the_addresses_of_assistants_which_have_a_token_are_not_logged(string logger, bool isLogged)
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(Projects.Choir_AppHost.ProjectPath, "appsettings.json")).Build();
        using var services = new ServiceCollection().AddLogging(logging => logging.AddConfiguration(settings.GetSection("Logging")).AddProvider(new Everything())).BuildServiceProvider();
        Assert.Equal(isLogged, services.GetRequiredService<ILoggerFactory>().CreateLogger(logger).IsEnabled(LogLevel.Information));
    }

    private sealed class Everything : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new All();

        public void Dispose()
        {
        }

        private sealed class All : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
            }
        }
    }
}
