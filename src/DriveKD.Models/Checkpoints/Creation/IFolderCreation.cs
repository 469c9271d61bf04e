using System.Text.Json.Nodes;
using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>What new folders of a family have of its own. A layout is one of <see cref="ModelFamily.Layouts"/>.</summary>
internal interface IFolderCreation
{
    /// <summary>The tokens that the family adds to Qwen2's, in order.</summary>
    IReadOnlyList<string> AddedTokens { get; }

    /// <summary>Rows beyond the tokenizer's that shapes which are not released have, as the released ones do.</summary>
    int SpareRows { get; }

    /// <summary>The names under which a parameter is written: one, or three for a projection that the layout splits.</summary>
    /// <param name="canonical">Its canonical name.</param>
    /// <param name="layout">The layout.</param>
    /// <returns>Each name with the third of the parameter's rows that it holds, or null for all of them.</returns>
    IReadOnlyList<(string Name, int? Third)> FileNames(string canonical, string layout);

    /// <summary>Writes config.json and the other files that stand beside the weights and the tokenizer.</summary>
    /// <param name="folder">The new folder.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="layout">The layout.</param>
    /// <param name="dtype">What weights are stored in.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    void WriteFiles(string folder, ModelConfig config, string layout, TensorDType dtype, TokenizerFiles tokenizer);

    /// <summary>Completes tokenizer_config.json.</summary>
    /// <param name="tokenizerConfig">What all families have.</param>
    /// <param name="source">The file of the tokenizer that is copied; null where there is none.</param>
    /// <param name="layout">The layout.</param>
    void Complete(JsonObject tokenizerConfig, JsonObject? source, string layout);

    /// <summary>The values of a parameter that only this family has; null for one that is made as all are.</summary>
    /// <param name="name">Its canonical name.</param>
    /// <param name="initial">What the values are for.</param>
    WeightDistribution? DistributionOf(string name, InitialValues initial);
}
