using System.Globalization;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;
using DriveKD.World.Futures;
using DriveKD.World.Rendering;

namespace DriveKD.World.Questions.Files;

/// <summary>Writes a data set as pictures and record files of the ordinary layouts; docs/WORLD.md lists them.</summary>
public static class DatasetFiles
{
    /// <summary>The ending of a part's file in DriveBench's layout.</summary>
    public const string DriveBench = ".drivebench.json";

    /// <summary>The ending of a part's captions.</summary>
    public const string Captions = ".captions.json";

    /// <summary>The ending of a part's captions of single places.</summary>
    public const string Places = ".places.json";

    /// <summary>The ending of a part's general questions and lessons.</summary>
    public const string General = ".general.json";

    /// <summary>The ending of a part's lessons in letters, which are among its general questions too.</summary>
    public const string Letters = ".letters.json";

    /// <summary>The file that says what was made.</summary>
    public const string Summary = "summary.json";

    /// <summary>Makes a data set and writes it: the folder appears whole or not at all.</summary>
    /// <param name="folder">Its name, which nothing may have yet.</param>
    /// <param name="settings">What is made.</param>
    /// <param name="source">Where scenes come from.</param>
    /// <param name="progress">Told after every scene.</param>
    /// <param name="cancellationToken">Stops between scenes; nothing is left then.</param>
    /// <returns>What was written, without pictures in memory.</returns>
    /// <exception cref="Data.Errors.InputException">The settings cannot be, too few scenes can be asked about, or the folder cannot be written.</exception>
    public static WorldDataset Write(
        string folder,
        DatasetFileSettings settings,
        SceneSource source,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        settings.Data.Check();
        WorldDataset? dataset = null;
        AtomicFolder.Write(folder, temporary =>
        {
            Camera[] cameras = [.. new CameraRig(source.Rig).Cameras.Where(camera => settings.HasAllCameras || camera.Name == CameraRig.Front)];
            foreach (string split in (string[])[WorldSplit.Train, WorldSplit.Validation, WorldSplit.Test])
            {
                foreach (Camera camera in cameras)
                {
                    Directory.CreateDirectory(Path.Combine(temporary, "pictures", split, camera.Name));
                }

                if (settings.HasFacts)
                {
                    Directory.CreateDirectory(Path.Combine(temporary, "facts", split));
                }
            }

            using ThreadLocal<SceneRenderer> renderers = new(() => new SceneRenderer());
            dataset = WorldDataset.Generate(
                settings.Data, source, (split, facts) => WriteScene(temporary, split, facts, cameras, renderers.Value!, settings.HasFacts), progress, cancellationToken);
            RemoveUnused(temporary, dataset);
            RecordWriter records = new([.. cameras.Select(camera => camera.Name)]);
            foreach (WorldSplit split in dataset.Splits)
            {
                records.WriteDriveKd(Path.Combine(temporary, split.Name + ".json"), split.Name, split.Questions);
                records.WriteDriveBench(Path.Combine(temporary, split.Name + DriveBench), split.Name, split.Questions);
                records.WriteDriveKd(Path.Combine(temporary, split.Name + Captions), split.Name, split.Captions);
                records.WriteDriveKd(Path.Combine(temporary, split.Name + Places), split.Name, split.Places);
                records.WriteDriveKd(Path.Combine(temporary, split.Name + General), split.Name, split.General);
                records.WriteDriveKd(
                    Path.Combine(temporary, split.Name + Letters), split.Name, split.General.Where(TextLessons.IsLetter));
            }

            File.WriteAllText(Path.Combine(temporary, Summary), DatasetSummary.Describe(dataset, settings));
        });
        return dataset!;
    }

    /// <summary>The path of a picture below the folder.</summary>
    /// <param name="split">The part.</param>
    /// <param name="camera">The camera.</param>
    /// <param name="seed">The scene's.</param>
    public static string PicturePath(string split, string camera, ulong seed) =>
        string.Create(CultureInfo.InvariantCulture, $"pictures/{split}/{camera}/{SceneName(seed)}.png");

    /// <summary>A scene's name: its seed in sixteen hexadecimal digits.</summary>
    /// <param name="seed">The scene's.</param>
    public static string SceneName(ulong seed) => seed.ToString("x16", CultureInfo.InvariantCulture);

    private static void WriteScene(string folder, string split, SceneFacts facts, Camera[] cameras, SceneRenderer renderer, bool hasFacts)
    {
        RgbImage front = facts.Picture.Image;
        foreach (Camera camera in cameras)
        {
            RgbImage image = camera.Name == CameraRig.Front ? front : renderer.Render(facts.State, camera, front.Width, front.Height, facts.Seed);
            File.WriteAllBytes(Path.Combine(folder, PicturePath(split, camera.Name, facts.Seed)), PngEncoder.Encode(image));
        }

        if (hasFacts)
        {
            File.WriteAllText(Path.Combine(folder, "facts", split, SceneName(facts.Seed) + ".json"), FactsJson.Describe(facts));
        }
    }

    /// <summary>Folders of parts that were left out.</summary>
    private static void RemoveUnused(string folder, WorldDataset dataset)
    {
        foreach (string parent in Directory.GetDirectories(folder))
        {
            foreach (string part in Directory.GetDirectories(parent).Where(part => dataset.Splits.All(split => split.Name != Path.GetFileName(part))))
            {
                Directory.Delete(part, recursive: true);
            }
        }
    }
}
