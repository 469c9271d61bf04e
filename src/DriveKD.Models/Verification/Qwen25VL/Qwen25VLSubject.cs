using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using DriveKD.Models.Qwen25VL;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>What all cases of one checkpoint share: the model in float32, its tokenizer, and where the pictures are.</summary>
internal sealed class Qwen25VLSubject : IDisposable
{
    /// <summary>The folder of the pictures, beside the checkpoints.</summary>
    public const string PictureFolder = "images";

    private Qwen25VLSubject(string folder, Qwen25VLModel model, BpeTokenizer tokenizer)
    {
        (Folder, Model, Tokenizer) = (folder, model, tokenizer);
        Config = (Qwen25VLConfig)model.Config;
        Tokens = PromptTokens.Resolve(tokenizer);
    }

    /// <summary>The checkpoint's folder.</summary>
    public string Folder { get; }

    /// <summary>The model, in float32.</summary>
    public Qwen25VLModel Model { get; }

    /// <summary>Its config.</summary>
    public Qwen25VLConfig Config { get; }

    /// <summary>The checkpoint's own tokenizer.</summary>
    public BpeTokenizer Tokenizer { get; }

    /// <summary>The control tokens' ids.</summary>
    public PromptTokens Tokens { get; }

    /// <summary>Opens a checkpoint.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="InputException">Config, weights or tokenizer are missing or broken, or of another family.</exception>
    public static Qwen25VLSubject Load(string folder, Device device, CancellationToken cancellation)
    {
        ModelConfig config = ModelConfigReader.Read(folder);
        if (config is not Qwen25VLConfig)
        {
            throw new InputException(folder, $"is a model of the family {config.Family.Name}; {Qwen25VLFamily.Instance.Name} is expected.");
        }

        BpeTokenizer tokenizer = BpeTokenizer.Load(folder);
        TokenizerFit.Require(folder, config, tokenizer);
        ComputeThreads.FitTo([config]);
        return new Qwen25VLSubject(folder, LoadModel(folder, device, ScalarType.Float32, cancellation), tokenizer);
    }

    /// <summary>Opens a checkpoint's model alone, in any precision.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="dtype">What it computes in.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="InputException">Config or weights are missing or broken.</exception>
    public static Qwen25VLModel LoadModel(string folder, Device device, ScalarType dtype, CancellationToken cancellation) =>
        (Qwen25VLModel)ModelLoader.Load(folder, new Placement(device, dtype), cancellation: cancellation);

    /// <summary>A picture's file; null where it is not there. Names that lead out of the folder of pictures count as not there.</summary>
    /// <param name="name">The file's name, with or without its extension.</param>
    public string? FindPicture(string name)
    {
        string folder = Path.GetFullPath(Path.Combine(Folder, "..", PictureFolder));
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
                .FirstOrDefault(file => Path.GetFileName(file) == name || Path.GetFileNameWithoutExtension(file) == name)
            : null;
    }

    /// <inheritdoc />
    public void Dispose() => Model.Dispose();
}
