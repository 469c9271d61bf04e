using DriveKD.Data.Text;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Pretraining.Assets;
using DriveKD.World;
using DriveKD.World.Questions;

namespace DriveKD.Tests;

/// <summary>Stand-ins for the driving world's small models, which nobody trained.</summary>
internal sealed class QuickstartWorld : IDisposable
{
    private static readonly string[] _names = ["perception", "reasoning", "planning", "student"];

    private readonly TemporaryFolder _folder = new();

    public QuickstartWorld()
    {
        TrainedTokenizer tokenizer = TokenizerTrainer.Train([string.Join(' ', WorldVocabulary.Words)], new TokenizerTrainingOptions());
        foreach ((int i, string name) in _names.Index())
        {
            ModelCreator.Create(new ModelCreatorOptions
            {
                Preset = ModelFamilies.FindPreset(name == "student" ? "world-student" : "world-teacher"),
                Folder = Path.Combine(Assets, name),
                Seed = (ulong)i,
                TrainedTokenizer = tokenizer,
                Initial = InitialValues.Training,
            });
        }

        Write(WorldVersion.Current, _names);
    }

    public string Assets => _folder["assets"];

    public string this[params string[] parts] => _folder[parts];

    /// <summary>Writes the manifest again.</summary>
    public void Write(int version, params string[] names) => new WorldManifest
    {
        WorldVersion = version,
        Commit = "0123456789",
        Tokenizer = BpeTokenizer.Load(Path.Combine(Assets, "student")).Fingerprint,
        Models = names.ToDictionary(name => name, _ => new WorldModel
        {
            Recipe = "none",
            RecipeHash = "none",
            Seed = 0,
            Figures = new Dictionary<string, double>(),
            Counts = new Dictionary<string, int>(),
        }),
    }.Write(Assets);

    public void Dispose() => _folder.Dispose();
}
