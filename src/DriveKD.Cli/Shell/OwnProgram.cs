using System.Diagnostics;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Shell;

/// <summary>This program started again as a child with one compute thread: small models run best on one each, several use the cores.</summary>
internal static class OwnProgram
{
    private static readonly string _name = typeof(OwnProgram).Assembly.GetName().Name!;

    /// <summary>Starts it; its three streams are the caller's.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <exception cref="InputException">It could not be started.</exception>
    public static Process Start(IEnumerable<string> arguments)
    {
        (string program, string[] first) = Find();
        ProcessStartInfo start = new(program, [.. first, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["MKL_NUM_THREADS"] = "1";
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InputException(program, $"this program could not be started again for a run: {exception.Message}", exception);
        }
    }

    /// <summary>The program's own executable, or dotnet with its assembly.</summary>
    private static (string Program, string[] First) Find()
    {
        string host = Environment.ProcessPath ?? "";
        if (Path.GetFileNameWithoutExtension(host) == _name)
        {
            return (host, []);
        }

        bool isDotnet = Path.GetFileNameWithoutExtension(host) == "dotnet";
        return (isDotnet ? host : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, _name + ".dll")]);
    }
}
