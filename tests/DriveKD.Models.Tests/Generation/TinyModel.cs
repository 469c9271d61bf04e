using DriveKD.Data.Imaging;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Models.InternVL;
using DriveKD.Tests;

namespace DriveKD.Models.Tests.Generation;

/// <summary>A small random model folder that every machine can make, opened once for the tests of a class.</summary>
public sealed class TinyModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TinyModel()
    {
        Folder = Create(_folder["tiny"]);
        Assistant = ModelAssistant.Load(Folder, "cpu", "float32");
    }

    public string Folder { get; }

    public ModelAssistant Assistant { get; }

    /// <summary>Makes one.</summary>
    public static string Create(string folder, string layout = InternVLFamily.OpenGVLabLayout)
    {
        ModelCreator.Create(new ModelCreatorOptions { Preset = ModelFamilies.FindPreset("tiny"), Folder = folder, Seed = 7, Layout = layout });
        return folder;
    }

    /// <summary>A picture of coloured stripes.</summary>
    public static QuestionPicture Picture(int width = 160, int height = 90, int shade = 0)
    {
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i * 7) + (i / (3 * width) * 13) + shade);
        }

        return new QuestionPicture($"stripes-{shade}.png", new RgbImage(width, height, pixels));
    }

    public void Dispose()
    {
        Assistant.Dispose();
        _folder.Dispose();
    }
}
