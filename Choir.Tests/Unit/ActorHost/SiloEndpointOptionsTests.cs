using System.ComponentModel.DataAnnotations;
using Choir.ActorHost.Hosting;

namespace Choir.Tests.Unit.ActorHost;

public class SiloEndpointOptionsTests
{
    [Theory]
    [InlineData(0, 0, 0, 0, null)]
    [InlineData(11_111, 30_000, 11_112, 30_001, null)]
    [InlineData(11_111, 30_000, 0, 0, null)]
    [InlineData(0, 0, 11_112, 0, "Silo:ListeningPort is set without Silo:Port")]
    [InlineData(0, 0, 0, 30_001, "Silo:ListeningGatewayPort is set without Silo:GatewayPort")]
    [InlineData(11_111, 11_111, 0, 0, "they must differ")]
    [InlineData(11_111, 30_000, 70_000, 0, "Silo:ListeningPort must be 0 (as advertised) to 65535.")]
    public void Ports_that_do_not_fit_together_are_refused_with_the_names_of_the_settings(
        int port, int gatewayPort, int listening, int listeningGateway, string? problem)
    {
        var options = new SiloEndpointOptions
        {
            Port = port, GatewayPort = gatewayPort, ListeningPort = listening, ListeningGatewayPort = listeningGateway,
        };
        var problems = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true);

        if (problem is null)
        {
            Assert.Empty(problems);
        }
        else
        {
            Assert.Contains(problem, Assert.Single(problems).ErrorMessage, StringComparison.Ordinal);
        }
    }
}
