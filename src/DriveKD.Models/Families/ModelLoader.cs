using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;

namespace DriveKD.Models.Families;

/// <summary>Opens a checkpoint folder as a model, whatever its layout, naming, dtype and number of files.</summary>
public static class ModelLoader
{
    /// <summary>Reads config.json, checks every tensor against it, then allocates the model and fills it.</summary>
    /// <param name="folder">A checkpoint folder.</param>
    /// <param name="placement">Device and dtype of the weights; stored weights of another dtype are converted.</param>
    /// <param name="progress">Told after every stored tensor.</param>
    /// <param name="layers">
    /// How many decoder layers are read, from the first; the model then has no others and no head of its own, for a frozen model whose
    /// first layers alone are looked at. The files are checked whole all the same. Null: everything.
    /// </param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <returns>The model, owned by the caller; its parameters need no gradients.</returns>
    /// <exception cref="InputException">Config or weights are missing, broken, unsupported or do not fit each other; all at once.</exception>
    public static VisionLanguageModel Load(
        string folder, Placement placement, IProgress<LoadProgress>? progress = null, int? layers = null, CancellationToken cancellation = default) =>
        Load(folder, ModelConfigReader.Read(folder), placement, progress, layers, cancellation);

    /// <summary>As the other, with a config that was read already and may have other limits for pictures.</summary>
    /// <param name="folder">A checkpoint folder.</param>
    /// <param name="config">Its config.</param>
    /// <param name="placement">Device and dtype of the weights.</param>
    /// <param name="progress">Told after every stored tensor.</param>
    /// <param name="layers">How many decoder layers are read; null for all.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <returns>The model, owned by the caller.</returns>
    /// <exception cref="InputException">Weights are missing, broken or do not fit the config; all at once.</exception>
    public static VisionLanguageModel Load(
        string folder,
        ModelConfig config,
        Placement placement,
        IProgress<LoadProgress>? progress = null,
        int? layers = null,
        CancellationToken cancellation = default)
    {
        LibTorch.EnsureLoaded();
        using Checkpoint checkpoint = Checkpoint.Open(folder);

        // Before anything is allocated: a config whose sizes the files do not have may claim any amount of memory.
        CheckpointMap map = CheckpointMap.Create(checkpoint, config);
        if (map.Problems.Count > 0)
        {
            throw new InputException(map.Problems);
        }

        bool isCut = layers < config.Language.Layers;
        VisionLanguageModel model = isCut
            ? config.Family.CreateModel(config with { Language = config.Language with { Layers = layers!.Value } }, hasSeparateHead: false, placement)
            : config.Family.CreateModel(config, CheckpointLoader.HasSeparateHead(checkpoint, config), placement);
        bool isFilled = false;
        try
        {
            CheckpointLoader.Load(checkpoint, config, model.WeightsByName(), progress, cancellation);
            isFilled = true;
            return model;
        }
        finally
        {
            if (!isFilled)
            {
                model.Dispose();
            }
        }
    }
}
