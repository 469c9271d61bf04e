using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Chat;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Layers;
using DriveKD.Models.Streaming;

namespace DriveKD.Models.Families;

/// <summary>
/// Everything that one family of models has of its own. <see cref="ModelFamilies"/> lists them; nothing else asks which family a model is of.
/// </summary>
public abstract class ModelFamily
{
    /// <summary>What people call it.</summary>
    public abstract string Name { get; }

    /// <summary>The values of config.json's model_type that are of this family.</summary>
    public abstract IReadOnlyList<string> ModelTypes { get; }

    /// <summary>How pictures are written into sequences.</summary>
    public abstract PictureMarkup Markup { get; }

    /// <summary>Canonical names of parameters.</summary>
    public abstract ParameterNames Names { get; }

    /// <summary>Shapes with a name, the smallest first.</summary>
    public abstract IReadOnlyList<ModelPreset> Presets { get; }

    /// <summary>What the names of released shapes begin with; it may be left out.</summary>
    public abstract string ReleasePrefix { get; }

    /// <summary>The layouts that folders can be created in, the released one first.</summary>
    public abstract IReadOnlyList<string> Layouts { get; }

    /// <summary>Every parameter that a config implies: tower, projector, decoder, head.</summary>
    /// <param name="config">A config of this family.</param>
    /// <param name="hasHead">False for a model whose head is the embedding.</param>
    /// <exception cref="InputException">The config's sizes are beyond any model.</exception>
    public abstract IReadOnlyList<ExpectedTensor> Expected(ModelConfig config, bool hasHead = true);

    /// <summary>Which parameter a file's tensor name stands for.</summary>
    /// <param name="fileName">As it stands in the file.</param>
    public abstract TensorPlace Resolve(string fileName);

    /// <summary>The naming that most of a file's names follow, in words; null where none is known.</summary>
    /// <param name="fileNames">Names as they stand in the files.</param>
    public abstract string? DescribeNaming(IEnumerable<string> fileNames);

    /// <summary>The chat template that a folder's model was trained with.</summary>
    /// <param name="folder">The folder, for messages.</param>
    /// <param name="config">Its config.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <exception cref="InputException">The template is not known, or the tokenizer lacks tokens of it.</exception>
    public abstract IChatTemplate CreateTemplate(string folder, ModelConfig config, BpeTokenizer tokenizer);

    /// <summary>Reads a config of one of <see cref="ModelTypes"/>. Every problem is noted.</summary>
    /// <param name="root">config.json.</param>
    /// <param name="folder">The folder that it is in, where other files of the folder say more; null where there is none.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <returns>The config; null where it cannot be made of what is there.</returns>
    internal abstract ModelConfig? ReadConfig(ConfigSection root, string? folder, List<Problem> problems);

    /// <summary>Allocates a model without setting its weights.</summary>
    /// <param name="config">A config of this family.</param>
    /// <param name="hasSeparateHead">false where the embedding's rows serve as head.</param>
    /// <param name="placement">Device and dtype.</param>
    public abstract VisionLanguageModel CreateModel(ModelConfig config, bool hasSeparateHead, Placement placement);

    /// <summary>The part of a streamed model that looks at pictures.</summary>
    /// <param name="config">A config of this family.</param>
    /// <param name="weights">The weights; left to the caller.</param>
    /// <param name="placement">Device and dtype.</param>
    internal abstract IStreamedVision CreateStreamedVision(ModelConfig config, StreamedWeights weights, Placement placement);

    /// <summary>The parts of a tower that are in memory at once where it streams.</summary>
    /// <param name="config">A config of this family.</param>
    /// <returns>What is held of the tower, the work unit of a token of the tower in one block, and the projector, all in numbers.</returns>
    internal abstract (double Held, double Block, double Projector) StreamedTowerSizes(ModelConfig config);

    /// <summary>How folders of this family are created.</summary>
    internal abstract IFolderCreation Creation { get; }

    /// <summary>Names other areas of pictures in a folder, where the family has such.</summary>
    /// <param name="folder">A folder of this family.</param>
    /// <param name="limits">The areas; those that are not given stay.</param>
    internal virtual void WriteLimits(string folder, PixelLimits limits)
    {
    }

    /// <summary>What a folder's small files are checked against.</summary>
    internal abstract FolderHabits HabitsOf(ModelConfig config);
}
