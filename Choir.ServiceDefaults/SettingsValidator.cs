using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults;

/// <summary>Checks the annotations of options. Each error is a sentence with the name of the setting.</summary>
/// <param name="section">The configuration section.</param>
internal sealed class SettingsValidator<T>(string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var errors = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), errors, validateAllProperties: true)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(errors.Select(error => Sentence(error, options)));
    }

    private string Sentence(ValidationResult error, T options)
    {
        var sentence = error.ErrorMessage ?? "";
        if (error.MemberNames.FirstOrDefault() is not { } member || sentence.Contains($"{section}:{member}", StringComparison.Ordinal))
        {
            return sentence;
        }

        // The annotation's own words.
        var value = typeof(T).GetProperty(member)?.GetValue(options);
        return sentence.Replace(
            $"The field {member} must",
            string.Create(CultureInfo.InvariantCulture, $"{section}:{member} is {value}; it must"),
            StringComparison.Ordinal);
    }
}

/// <summary>Reads options from the configuration.</summary>
public static class SettingsExtensions
{
    /// <summary>Reads options from a section, and checks their annotations at the start.</summary>
    /// <param name="options">The options.</param>
    /// <param name="section">The configuration section.</param>
    /// <typeparam name="T">The type of the options.</typeparam>
    /// <returns>The same builder.</returns>
    public static OptionsBuilder<T> BindSettings<T>(this OptionsBuilder<T> options, string section)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Services.AddSingleton<IValidateOptions<T>>(new SettingsValidator<T>(section));
        return options.BindConfiguration(section).ValidateOnStart();
    }
}
