using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults;

/// <summary>Options that can be changed at run time. After an invalid change, the last valid value stays in use.</summary>
/// <remarks>
/// <see cref="IOptionsMonitor{T}.CurrentValue"/> throws after such a change, in whatever code reads it. An invalid value at the
/// start is reported by the validation of the start; until then, the value is the default.
/// </remarks>
internal sealed class LastValidOptions<T> : IDisposable
    where T : class, new()
{
    private readonly IDisposable? _changes;
    private volatile T _value;

    public LastValidOptions(IOptionsMonitor<T> monitor)
    {
        _value = Read(monitor);
        _changes = monitor.OnChange(changed => _value = changed);
    }

    public T Value => _value;

    public void Dispose() => _changes?.Dispose();

    // A value that cannot be converted is an InvalidOperationException.
    private static T Read(IOptionsMonitor<T> monitor)
    {
        try
        {
            return monitor.CurrentValue;
        }
        catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
        {
            return new T();
        }
    }
}
