using Choir.Observatory.Api.Problems;

namespace Choir.Observatory.Api;

/// <summary>Which inspection routes an application maps, and how they answer errors.</summary>
public sealed class ObservatoryApiOptions
{
    /// <summary>
    /// Whether the routes that change something are mapped too: quarantine, restart and diagnostics. Default false. The application must
    /// require authorization of whoever may use them.
    /// </summary>
    public bool Operations { get; set; }

    /// <summary>
    /// Whether the application's own exception handler answers errors: routes then throw <see cref="ApiProblemException"/>, and what calls
    /// of actors throw. Default false: routes answer with problem details themselves.
    /// </summary>
    public bool ThrowProblems { get; set; }
}
