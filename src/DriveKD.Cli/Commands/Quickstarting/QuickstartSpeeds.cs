namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>How fast the machine is, measured with as many workers at a time as will train.</summary>
/// <param name="SupervisedStep">Seconds of a step of the supervised student.</param>
/// <param name="DistilledStep">Seconds of a step of the distilled student.</param>
/// <param name="SupervisedStart">Seconds that a supervised run takes beside its steps and answers.</param>
/// <param name="DistilledStart">The same of a distilled run.</param>
/// <param name="Answer">Seconds of an answer of the student.</param>
internal sealed record QuickstartSpeeds(double SupervisedStep, double DistilledStep, double SupervisedStart, double DistilledStart, double Answer)
{
    /// <summary>The seconds of a run: supervised first, then distilled.</summary>
    /// <param name="steps">Its steps.</param>
    /// <param name="questions">The questions that its student answers.</param>
    public (double Supervised, double Distilled) RunSeconds(int steps, int questions) => (
        SupervisedStart + (steps * SupervisedStep) + (questions * Answer),
        DistilledStart + (steps * DistilledStep) + (questions * Answer));
}
