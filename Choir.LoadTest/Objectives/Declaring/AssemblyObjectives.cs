using System.Reflection;
using System.Runtime.InteropServices;
using Choir.Actors;
using Choir.Actors.Hosting;
using Microsoft.AspNetCore.Builder;

namespace Choir.LoadTest.Objectives.Declaring;

/// <summary>Reads the attributes of actors from an assembly.</summary>
/// <remarks>
/// Through a <see cref="MetadataLoadContext"/>, which only reads: no code of the assembly runs, and it may need other versions of
/// libraries than this program has.
/// </remarks>
internal static class AssemblyObjectives
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <param name="path">The assembly, with everything that it needs beside it: a program's output.</param>
    /// <exception cref="ObjectivesException">It cannot be read, or an attribute is not valid.</exception>
    public static IReadOnlyList<DeclaredObjective> Read(string path)
    {
        try
        {
            using var context = new MetadataLoadContext(new PathAssemblyResolver(Libraries(path)));
            var problems = new List<string>();
            var objectives = context.LoadFromAssemblyPath(Path.GetFullPath(path)).GetTypes()
                .Where(type => type is { IsClass: true, IsAbstract: false } && BasesOf(type).Any(IsActorBase))
                .OrderBy(type => type.FullName, StringComparer.Ordinal)
                .SelectMany(type => Read(type, problems).ToList())
                .ToList();
            return problems.Count == 0 ? objectives : throw new ObjectivesException([.. problems.Distinct()]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException or ReflectionTypeLoadException or TypeLoadException)
        {
            throw new ObjectivesException($"The actors of {path} cannot be read: {e.Message} Pass a program's assembly in its output folder, where all that it needs is.", e);
        }
    }

    private static IEnumerable<string> Libraries(string path) =>
        ((string[])[Path.GetDirectoryName(Path.GetFullPath(path))!, RuntimeEnvironment.GetRuntimeDirectory(), Path.GetDirectoryName(typeof(WebApplication).Assembly.Location)!])
        .SelectMany(folder => Directory.GetFiles(folder, "*.dll"));

    private static IEnumerable<DeclaredObjective> Read(Type type, List<string> problems)
    {
        var chain = BasesOf(type).TakeWhile(one => !IsActorBase(one)).ToList();
        var actorType = chain.Take(1).Select(one => Find(one, typeof(ActorAttribute))).OfType<CustomAttributeData>().FirstOrDefault() is { } named
            ? (string)named.ConstructorArguments[0].Value!
            : type.Name;

        // As reflection inherits it: the attribute of the nearest class.
        if (chain.Select(one => Find(one, typeof(ObjectiveAttribute))).OfType<CustomAttributeData>().FirstOrDefault() is { } ofClass)
        {
            yield return Create(ofClass, actorType, null, type.Name, problems);
        }

        // As reflection inherits it here too: an override has the attributes of what it overrides, unless it has its own.
        var methods = chain.SelectMany(one => one.GetMethods(Declared).Where(method => one == type || !method.IsPrivate));
        foreach (var overrides in methods.GroupBy(SignatureOf))
        {
            if (overrides.FirstOrDefault(method => Find(method, typeof(ObjectiveAttribute)) is not null) is not { } method)
            {
                continue;
            }

            var where = $"{method.DeclaringType!.Name}.{method.Name}";
            if (overrides.Select(one => Find(one, typeof(HandlesAttribute))).OfType<CustomAttributeData>().FirstOrDefault() is not { } handles)
            {
                problems.Add(ObjectiveCheck.NoHandler(where));
                continue;
            }

            yield return Create(
                Find(method, typeof(ObjectiveAttribute))!, actorType, (string)handles.ConstructorArguments[0].Value!, where, problems);
        }
    }

    private static DeclaredObjective Create(
        CustomAttributeData attribute, string actorType, string? messageType, string where, List<string> problems)
    {
        var (share, latency) = ((string?)attribute.ConstructorArguments[0].Value, (string?)attribute.ConstructorArguments[1].Value);
        var latencyShare = (string?)attribute.NamedArguments
            .FirstOrDefault(argument => argument.MemberName == nameof(ObjectiveAttribute.LatencyShare)).TypedValue.Value;
        if (actorType.Contains("{{", StringComparison.Ordinal))
        {
            problems.Add($"{where}: the name of an actor type with an [Objective] cannot have {{{{, which Prometheus would expand.");
        }

        ObjectiveCheck.Add(where, share, latency, latencyShare, problems);
        return new DeclaredObjective(actorType, messageType, share ?? "", latency, latencyShare);
    }

    private static CustomAttributeData? Find(MemberInfo member, Type attribute) =>
        member.GetCustomAttributesData().FirstOrDefault(one => one.AttributeType.FullName == attribute.FullName);

    private static IEnumerable<Type> BasesOf(Type type)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            yield return at;
        }
    }

    private static bool IsActorBase(Type type) =>
        type.Namespace == typeof(Actor).Namespace && (type.Name == typeof(Actor).Name || type.Name == typeof(Actor<>).Name);

    private static string SignatureOf(MethodInfo method) =>
        $"{method.Name}({string.Join(',', method.GetParameters().Select(parameter => parameter.ParameterType.ToString()))})";
}
