using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>Options for the model. Configuration section <c>Model</c>. Without an endpoint the embedded model is used.</summary>
public sealed class ModelOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Model";

    /// <summary>The base address of an OpenAI-compatible API, such as <c>https://api.openai.com/v1</c>; null for none.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The model's name at the endpoint. Required with an endpoint.</summary>
    public string? Name { get; set; }

    /// <summary>The endpoint's API key, a secret; null if it needs none. Spaces around it are ignored.</summary>
    public string? Key
    {
        get;
        set => field = value?.Trim();
    }

    /// <summary>
    /// How long a phase waits for the endpoint, including retries. Default 45 s, from 1 to 55 s: a handler's timeout is 60 s.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// How often a request with a transient error (408, 429, 5xx, no connection) is retried, as long as
    /// <see cref="Timeout"/> leaves time for it. Default 2, from 0 to 5.
    /// </summary>
    [Range(0, 5, ErrorMessage = "Model:Retries must be 0 to 5.")]
    public int Retries { get; set; } = 2;

    /// <summary>
    /// The maximum length of an input that is sent to the endpoint, in UTF-16 units. Default 48,000, from 1,000 to 4,000,000.
    /// Of a longer input the most representative sentences are sent.
    /// </summary>
    [Range(1_000, 4_000_000, ErrorMessage = "Model:MaxContentLength must be 1,000 to 4,000,000.")]
    public int MaxContentLength { get; set; } = 48_000;

    /// <summary>
    /// The temperature that is asked for, from 0 to 2. Default 0: the same input gets the same answer, as far as the model can. Empty or
    /// <c>default</c> if the request must not name one: some models refuse any but their own.
    /// </summary>
    public string? Temperature { get; set; } = "0";

    /// <summary>The temperature that a request names; null for none.</summary>
    internal float? SentTemperature =>
        float.TryParse(Temperature?.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;

    private bool NamesNoTemperature =>
        string.IsNullOrWhiteSpace(Temperature) || Temperature.Trim().Equals("default", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https")))
        {
            // The value is not repeated: it may have a key.
            yield return new("Model:Endpoint must be an http or https address, or left out.");
        }

        if (Endpoint is not null && string.IsNullOrWhiteSpace(Name))
        {
            yield return new("Model:Name is not set. Give the name of the model at Model:Endpoint.");
        }

        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromSeconds(55))
        {
            yield return new($"Model:Timeout is {Timeout}; it must be 1 to 55 seconds.");
        }

        if (!NamesNoTemperature && SentTemperature is not (>= 0 and <= 2))
        {
            yield return new($"Model:Temperature is \"{Temperature}\"; it must be 0 to 2, or \"default\" to send none.");
        }
    }
}
