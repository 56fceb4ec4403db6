using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.ServiceDefaults;

/// <summary>The log messages of all product assemblies.</summary>
public sealed class EventIdTests
{
    private const BindingFlags Methods = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly List<(string Assembly, LoggerMessageAttribute Message)> Messages =
    [
        .. from file in Directory.GetFiles(AppContext.BaseDirectory, "Choir.*.dll")
           let assembly = Assembly.Load(Path.GetFileNameWithoutExtension(file))
           where assembly != typeof(EventIdTests).Assembly
           from type in assembly.GetTypes()
           from method in type.GetMethods(Methods)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           select (assembly.GetName().Name!, message),
    ];

    [Fact]
    public void Every_event_has_an_id_and_a_name_of_its_own()
    {
        Assert.Equal(8, Messages.Select(one => one.Assembly).Distinct().Count());
        Assert.Empty(Messages.GroupBy(one => one.Message.EventId).Where(same => same.Count() > 1).Select(same => same.Key));
        Assert.Empty(Messages.GroupBy(one => one.Message.EventName).Where(same => same.Key is not null && same.Count() > 1).Select(same => same.Key));
    }

    [Fact]
    public void Every_assembly_has_its_own_thousand_of_event_ids() =>
        Assert.All(Messages.GroupBy(one => one.Message.EventId / 1_000), range => Assert.Single(range.Select(one => one.Assembly).Distinct()));
}
