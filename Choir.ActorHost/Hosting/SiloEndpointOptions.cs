using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Choir.ActorHost.Hosting;

/// <summary>Where other hosts and the gateway reach this one. Configuration section <c>Silo</c>.</summary>
public sealed class SiloEndpointOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Silo";

    /// <summary>The port for other hosts; 0 for a free one, the default. 0 to 65535.</summary>
    [Range(0, 65_535, ErrorMessage = "Silo:Port must be 0 (a free one) to 65535.")]
    public int Port { get; set; }

    /// <summary>The port for clients of the cluster, such as the gateway; 0 for a free one, the default. 0 to 65535.</summary>
    [Range(0, 65_535, ErrorMessage = "Silo:GatewayPort must be 0 (a free one) to 65535.")]
    public int GatewayPort { get; set; }

    /// <summary>
    /// The IP address that is advertised; null for loopback in development, and otherwise for the host's own address.
    /// </summary>
    public string? Address { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is not null && !IPAddress.TryParse(Address, out _))
        {
            yield return new($"Silo:Address is '{Address}'; it must be an IP address, or left out.");
        }

        if (Port != 0 && Port == GatewayPort)
        {
            yield return new($"Silo:Port and Silo:GatewayPort are both {Port}; they must differ.");
        }
    }
}
