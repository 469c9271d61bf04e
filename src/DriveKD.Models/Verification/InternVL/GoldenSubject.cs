using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>What all cases of one checkpoint share: the model in float32, its tokenizer, its pictures.</summary>
internal sealed class GoldenSubject : IDisposable
{
    private GoldenSubject(string folder, InternVLModel model, BpeTokenizer tokenizer, PictureSource pictures)
    {
        (Folder, Model, Tokenizer, Pictures) = (folder, model, tokenizer, pictures);
        Tokens = PromptTokens.Resolve(tokenizer);
        EndTokens = ReadEndTokens(Path.Combine(folder, "generation_config.json")) ?? new HashSet<int> { Tokens.TurnEndId };
    }

    /// <summary>The checkpoint's folder.</summary>
    public string Folder { get; }

    /// <summary>The model, in float32.</summary>
    public InternVLModel Model { get; }

    /// <summary>Its config.</summary>
    public InternVLConfig Config => (InternVLConfig)Model.Config;

    /// <summary>The checkpoint's own tokenizer.</summary>
    public BpeTokenizer Tokenizer { get; }

    /// <summary>The control tokens' ids.</summary>
    public PromptTokens Tokens { get; }

    /// <summary>Where the transformers class stops: what generation_config.json says, else the end of a turn.</summary>
    public IReadOnlySet<int> EndTokens { get; }

    /// <summary>The pictures.</summary>
    public PictureSource Pictures { get; }

    /// <summary>Opens a checkpoint.</summary>
    /// <exception cref="InputException">Config, weights or tokenizer are missing or broken.</exception>
    public static GoldenSubject Load(string folder, Device device, PictureSource pictures, CancellationToken cancellation)
    {
        BpeTokenizer tokenizer = BpeTokenizer.Load(folder);
        InternVLModel model = (InternVLModel)ModelLoader.Load(folder, new Placement(device, ScalarType.Float32), cancellation: cancellation);
        ComputeThreads.FitTo([model.Config]);
        try
        {
            return new GoldenSubject(folder, model, tokenizer, pictures);
        }
        catch (InputException)
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => Model.Dispose();

    private static HashSet<int>? ReadEndTokens(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("eos_token_id", out JsonElement end))
            {
                return null;
            }

            IEnumerable<JsonElement> ids = end.ValueKind == JsonValueKind.Array ? end.EnumerateArray() : [end];
            return [.. ids.Select(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int number)
                ? number
                : throw new InputException($"{file}, eos_token_id", "is neither a token id nor a list of them."))];
        }
        catch (JsonException exception)
        {
            throw new InputException(file, $"is not valid JSON: {exception.Message}", exception);
        }
    }
}
