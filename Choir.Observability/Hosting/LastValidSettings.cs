using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.Observability;

/// <summary>
/// Keeps the last valid settings after a change at run time that is not valid, and logs the first one. Before there were valid settings, the
/// validation at the start reports what is not valid.
/// </summary>
/// <remarks>Otherwise the validation would throw in the code that reloads the application's configuration.</remarks>
/// <param name="services">Gives the logger when it is needed: log providers need these settings.</param>
internal sealed class LastValidSettings(IServiceProvider services) : IPostConfigureOptions<ObservabilityOptions>
{
    private readonly ObservabilityOptions.Validator _validator = new();
    private readonly Lock _gate = new();
    private ObservabilityOptions? _last;
    private bool _isReported;

    /// <inheritdoc/>
    public void PostConfigure(string? name, ObservabilityOptions options)
    {
        if (name != Options.DefaultName)
        {
            return;
        }

        lock (_gate)
        {
            var result = _validator.Validate(name, options);
            if (result.Succeeded)
            {
                (_last, _isReported) = (options, false);
            }
            else if (_last is not null)
            {
                options.TakeFrom(_last);
                if (!_isReported)
                {
                    new QuietLogger(services.GetRequiredService<ILogger<LastValidSettings>>()).SettingsInvalid(result.FailureMessage);
                }

                _isReported = true;
            }
        }
    }
}
