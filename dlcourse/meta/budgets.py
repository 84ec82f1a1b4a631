"""Searches for hyper-parameters in a table of trainings that were done before.

Such a table costs each training once; then any number of searches, with any number of
seeds, costs nothing, and the best setting is known (Aaron Klein, Frank Hutter: Tabular
Benchmarks for Joint Architecture and Hyperparameter Optimization. arXiv:1905.04970).
"""

import optuna

EPOCHS = (1, 3, 9)  # after which the table has an error


def search_table(table, sampler, budget, pruner=None, name="search"):
    """Let a method search in a table until it has spent its epochs.

    Args:
        table: a pandas DataFrame whose index is (rate, units, dropout), with columns
            "after 1", "after 3", "after 9" (errors on the validation set).
        sampler: one of Optuna's, which draws the next setting.
        budget: epochs of all trainings together. One that goes on at its end is
            finished.
        pruner: one of Optuna's, which stops a training after 1 or 3 epochs.
        name: of the study; Hyperband takes the brackets from it, as if it were a seed.

    Returns:
        A list of (epochs spent, setting, error), for each training that came to its
        end.
    """
    levels, spent, finished = table.index.levels, 0, []
    columns = [f"after {epochs}" for epochs in EPOCHS]
    errors_of = dict(zip(table.index, table[columns].to_numpy(), strict=True))

    def objective(trial):
        nonlocal spent
        places = [trial.suggest_int(each.name, 0, len(each) - 1) for each in levels]
        setting = tuple(each[place] for each, place in zip(levels, places, strict=True))
        errors = errors_of[setting]
        for before, epochs, error in zip((0, *EPOCHS), EPOCHS, errors, strict=False):
            spent += epochs - before
            trial.report(float(error), epochs)
            if trial.should_prune():
                raise optuna.TrialPruned
        finished.append((spent, setting, float(error)))
        return float(error)

    def stop(study, trial):
        if spent >= budget:
            study.stop()

    study = optuna.create_study(
        sampler=sampler, pruner=pruner or optuna.pruners.NopPruner(), study_name=name
    )
    study.optimize(objective, callbacks=[stop])
    return finished
