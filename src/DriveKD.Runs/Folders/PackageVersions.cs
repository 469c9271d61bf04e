using System.Reflection;
using System.Text.Json;

namespace DriveKD.Runs.Folders;

/// <summary>The packages that the running program was built with.</summary>
internal static class PackageVersions
{
    /// <summary>
    /// Reads the list that the build leaves beside the program (<c>NAME.deps.json</c>); a program in one file has none, then the
    /// loaded assemblies are listed instead.
    /// </summary>
    public static IReadOnlyDictionary<string, string> OfThisProgram()
    {
        string? name = Assembly.GetEntryAssembly()?.GetName().Name;
        string file = Path.Combine(AppContext.BaseDirectory, $"{name}.deps.json");
        return File.Exists(file) ? FromDependencyFile(File.ReadAllBytes(file)) : FromLoadedAssemblies();
    }

    /// <summary>The packages that a dependency file lists, by name.</summary>
    internal static SortedDictionary<string, string> FromDependencyFile(ReadOnlyMemory<byte> json)
    {
        SortedDictionary<string, string> packages = new(StringComparer.Ordinal);
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonProperty library in document.RootElement.GetProperty("libraries").EnumerateObject())
        {
            if (library.Value.GetProperty("type").GetString() == "package" && library.Name.Split('/') is [string name, string version])
            {
                packages[name] = version;
            }
        }

        return packages;
    }

    private static SortedDictionary<string, string> FromLoadedAssemblies()
    {
        SortedDictionary<string, string> packages = new(StringComparer.Ordinal);
        foreach (AssemblyName name in AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName()))
        {
            packages[name.Name ?? ""] = name.Version?.ToString() ?? "";
        }

        return packages;
    }
}
