using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Reports.Text;

/// <summary>The scalability model as a sentence that the Markdown and the HTML share.</summary>
internal static class ScalingText
{
    /// <summary>The parameters and the error.</summary>
    public static string Model(ScalabilityModel model) =>
        $"Universal scalability law: one host {ValueText.Rate(model.Lambda)}, contention α {ValueText.Digits(model.Contention)}, "
        + $"coherency β {ValueText.Digits(model.Coherency)}; R² {(model.RSquared is { } share ? ValueText.Digits(share) : ValueText.None)}, "
        + $"error {ValueText.Share(model.RelativeError)} of the mean rate.";
}
