using System.Globalization;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Pretraining.Assets;
using DriveKD.Runs.Folders;
using DriveKD.World;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>Puts the finished models together as they are shipped.</summary>
/// <param name="settings">The build's.</param>
/// <param name="plan">Its plan; every step is finished.</param>
internal sealed class WorldAssets(BuildSettings settings, BuildPlan plan)
{
    private const long MostBytes = 16_000_000;

    /// <summary>Writes models and manifest, and replaces what stood there as a whole.</summary>
    /// <returns>The bytes of all files.</returns>
    /// <exception cref="InputException">They are larger than may be shipped, or cannot be written; what stood there still does.</exception>
    public long Write()
    {
        string next = settings.Output + ".next";
        long bytes = 0;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(settings.Output)!);
            Delete(next);
            AtomicFolder.Write(next, folder =>
            {
                foreach ((string name, _, _) in BuildPlan.Models)
                {
                    Copy(plan.CopyOf(name), Path.Combine(folder, name));
                }

                Manifest().Write(folder);
                bytes = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
                if (bytes > MostBytes)
                {
                    throw new InputException(
                        settings.Output, string.Create(CultureInfo.InvariantCulture, $"the models take {bytes:N0} bytes; at most {MostBytes:N0} are shipped. Nothing was changed."));
                }

                // Reads every tokenizer, as whoever uses the models will.
                WorldManifest.Read(folder);
            });
            string old = settings.Output + ".deleting";
            Delete(old);
            if (Directory.Exists(settings.Output))
            {
                Directory.Move(settings.Output, old);
            }

            Directory.Move(next, settings.Output);
            Delete(old);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(settings.Output, $"could not be written: {exception.Message}", exception);
        }

        return bytes;
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private WorldManifest Manifest()
    {
        BuildInfo build = BuildInfo.OfThisProgram;
        return new WorldManifest
        {
            WorldVersion = WorldVersion.Current,
            Commit = (build.Commit ?? "unknown") + (build.HasUncommittedChanges ? " with uncommitted changes" : ""),
            Tokenizer = BpeTokenizer.Load(plan.Find("start").Product).Fingerprint,
            Scale = settings.Scale,
            Trainings = plan.Steps.Where(step => step.Recipe is not null).ToDictionary(step => step.Name, plan.RecipeHashOf),
            Models = BuildPlan.Models.ToDictionary(model => model.Name, model => Describe(model.Name, plan.Find(model.Step))),
        };
    }

    private WorldModel Describe(string model, BuildStep step)
    {
        WorldScores scores = WorldScores.Read(plan.ScoresOf(model));
        return new WorldModel
        {
            Recipe = BuildPlan.RecipeNameOf(step),
            RecipeHash = plan.RecipeHashOf(step),
            Seed = settings.Seed,
            Figures = scores.Exact.ToDictionary(entry => FigureOf(entry.Key), entry => Math.Round(entry.Value, 4)),
            Counts = scores.Questions.ToDictionary(entry => FigureOf(entry.Key), entry => entry.Value),
        };
    }

    private static string FigureOf(string capability) => "exact." + capability;
}
