using System.Reflection;

namespace Choir.Actors.Hosting;

/// <summary>Finds mistakes in the objectives of an actor class.</summary>
internal static class ObjectiveCheck
{
    /// <param name="type">The actor class.</param>
    /// <param name="problems">Receives a sentence for each mistake.</param>
    public static void Check(Type type, ICollection<string> problems)
    {
        if (type.GetCustomAttribute<ObjectiveAttribute>() is { } ofClass)
        {
            Add(type.Name, ofClass.Share, ofClass.Latency, ofClass.LatencyShare, problems);
        }

        foreach (var method in type.GetMethods(ActorType.AllMethods))
        {
            if (method.GetCustomAttribute<ObjectiveAttribute>() is not { } ofHandler)
            {
                continue;
            }

            var where = $"{method.DeclaringType!.Name}.{method.Name}";
            if (method.GetCustomAttribute<HandlesAttribute>() is null)
            {
                problems.Add(NoHandler(where));
            }

            Add(where, ofHandler.Share, ofHandler.Latency, ofHandler.LatencyShare, problems);
        }
    }

    /// <summary>The mistake of an objective on a method that is no handler.</summary>
    public static string NoHandler(string where) => $"{where}: an [Objective] stands on an actor class or a handler; mark the method with [Handles(\"…\")] too.";

    /// <summary>Adds the mistakes in one attribute.</summary>
    /// <param name="where">The class, or the class and the method.</param>
    /// <param name="share">Its share.</param>
    /// <param name="latency">Its latency; null if it has none.</param>
    /// <param name="latencyShare">Its share of latency; null if it has none.</param>
    /// <param name="problems">Receives a sentence for each mistake.</param>
    public static void Add(string where, string? share, string? latency, string? latencyShare, ICollection<string> problems)
    {
        AddProblem("share", ObjectiveText.ReadShare(share, out _));
        if (latency is not null)
        {
            AddProblem("latency", ObjectiveText.ReadLatency(latency, DurationHistograms.Bounds, out _, out _));
        }

        if (latencyShare is not null)
        {
            AddProblem(
                nameof(ObjectiveAttribute.LatencyShare),
                latency is null ? "is set, but there is no latency" : ObjectiveText.ReadShare(latencyShare, out _));
        }

        void AddProblem(string setting, string? problem)
        {
            if (problem is not null)
            {
                problems.Add($"{where}: the {setting} of the [Objective] {problem}.");
            }
        }
    }
}
