using Choir.ServiceDefaults.Logging;
using Choir.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Choir.Tests.Unit.ServiceDefaults;

/// <summary>A console format of .NET in place of Choir's own.</summary>
public sealed class ConsoleFormatCheckTests
{
    [Theory]
    [InlineData("systemd", true)]
    [InlineData("json", true)]
    [InlineData("choir-text", false)]
    [InlineData("Choir-Json", false)]
    public async Task A_format_without_limits_is_named_at_the_start(string formatter, bool isNamed)
    {
        using var logs = new LogCollector();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var check = new ConsoleFormatCheck(
            Options.Create(new ConsoleLoggerOptions { FormatterName = formatter }), loggers.CreateLogger<ConsoleFormatCheck>());
        await check.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            isNamed ? [$"The console format {formatter} neither limits records to 16 KB nor removes secrets; choir-text and choir-json do"] : [],
            logs.Records.Select(record => record.Message));
    }
}
